import { KernelRefused } from '../kernel-refused';
import { errorIn, messagesIn, NLM_F_DUMP_INTR, NLMSG_DONE, NLMSG_ERROR } from './messages';
import type { NetlinkSocket } from './netlink-socket';

/** The kernel fills datagrams up to this size. */
const DATAGRAM_BYTES = 32 * 1024;
/** How often a list is taken again because the kernel says that it may lack something. */
const LISTS = 4;

/**
 * Takes a list. The kernel works on another thread, and between its datagrams, a few hundred entries each, others have their turn.
 * @param what is listed, for the words of an error
 * @param request with `NLM_F_DUMP`
 * @param pick what to keep of an entry, or `null`; its bytes may be read only until it returns
 * @throws {KernelRefused} after which nobody knows what is still to be received on the socket.
 */
export async function takeList<T>(
  socket: NetlinkSocket,
  { what, request }: { readonly what: string; readonly request: Buffer },
  pick: (entry: Buffer) => T | null,
): Promise<T[]> {
  const datagram = Buffer.allocUnsafe(DATAGRAM_BYTES);
  for (let i = 0; i < LISTS; i++) {
    const picked = await takeOnce(socket, { what, request, datagram }, pick);
    if (picked) return picked;
  }
  throw new KernelRefused(`the list of ${what} changed while it was read, ${LISTS} times`);
}

/** @returns `null` when the list may lack something. */
async function takeOnce<T>(
  socket: NetlinkSocket,
  { what, request, datagram }: { readonly what: string; readonly request: Buffer; readonly datagram: Buffer },
  pick: (entry: Buffer) => T | null,
): Promise<T[] | null> {
  const picked: T[] = [];
  let isWhole = true;
  // The kernel walks through its whole table (of connections 20 ms and more), whatever it finds.
  await socket.sendAside(request);
  for (;;) {
    for (const answer of messagesIn(await socket.receiveAside(datagram))) {
      if ((answer.flags & NLM_F_DUMP_INTR) !== 0) isWhole = false;
      if (answer.type === NLMSG_DONE || answer.type === NLMSG_ERROR) {
        const error = errorIn(answer);
        if (error !== 0) throw new KernelRefused(`the kernel refused to list ${what}: error ${error}`);
        return isWhole ? picked : null;
      }
      const kept = pick(answer.body);
      if (kept !== null) picked.push(kept);
    }
  }
}
