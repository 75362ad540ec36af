import { attributeOf, messagesIn, netlinkMessage, NLM_F_REQUEST } from '../netlink/messages';
import { NETLINK_NETFILTER, openNetlink } from '../netlink/netlink-socket';

/** Asks the kernel how often its packet filter was changed. */
export interface GenerationReader {
  /** The number of the last transaction of anyone in this network namespace, or `null` when the kernel did not say. */
  read(): number | null;
  close(): void;
}

/** Of `<linux/netfilter/nf_tables.h>`, in the subsystem 10. */
const GET_GENERATION = (10 << 8) | 16;
const NEW_GENERATION = (10 << 8) | 15;
const GENERATION_ID = 1;
/** Length of `nfgenmsg`. */
const FAMILY_HEADER = 4;

/**
 * Opens a socket for that question in the network namespace this thread stands in. It costs some microseconds to ask, whatever
 * the kernel holds, which listing the table does not.
 * @throws {Error} when koffi is not there, or the kernel gives no such socket.
 */
export async function openGenerationReader(): Promise<GenerationReader> {
  const socket = await openNetlink(NETLINK_NETFILTER);
  const body = Buffer.alloc(FAMILY_HEADER);
  const question = netlinkMessage({ type: GET_GENERATION, flags: NLM_F_REQUEST, sequence: 0, body });
  const answer = Buffer.alloc(4096);
  return {
    read() {
      try {
        socket.send(question);
        return generationIn(socket.receive(answer));
      } catch {
        return null;
      }
    },
    close: () => socket.close(),
  };
}

/** Reads the answer. */
function generationIn(answer: Buffer): number | null {
  for (const { type, body } of messagesIn(answer)) {
    const id = type === NEW_GENERATION ? attributeOf(GENERATION_ID, body, FAMILY_HEADER) : undefined;
    if (id) return id.readUInt32BE(0);
  }
  return null;
}
