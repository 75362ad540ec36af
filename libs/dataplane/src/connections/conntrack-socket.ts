import { setImmediate as nextTurn } from 'node:timers/promises';
import { KernelRefused } from '../kernel-refused';
import { errorIn, messagesIn, netlinkMessage, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from '../netlink/messages';
import { NETLINK_NETFILTER, openNetlink, type NetlinkSocket } from '../netlink/netlink-socket';
import { takeList } from '../netlink/take-list';
import { FAMILY_HEADER, readEntry, renderMarkFilter, type MarkFilter, type TrackedEntry } from './tracked-entry';

/** From `<linux/netfilter/nfnetlink_conntrack.h>`, in the subsystem 1. */
const GET = (1 << 8) | 1;
const DELETE = (1 << 8) | 2;
/** From `<errno.h>`: what is to be deleted is gone already. */
const ENOENT = 2;

/** An answer repeats the request. */
const ANSWER_BYTES = 4 * 1024;
/** After so long others get their turn of the event loop. */
const SLICE_MS = 2;

/**
 * The kernel's table of connections in one network namespace, over netlink. Nothing holds the event loop up for long: the kernel
 * works on another thread while it lists, and many connections are forgotten in slices.
 */
export class ConntrackSocket {
  private readonly answer = Buffer.alloc(ANSWER_BYTES);

  private constructor(
    /** `null` after a failure: nobody knows what the kernel still has to say on it, so another one is opened. */
    private socket: NetlinkSocket | null,
    private readonly openSocket: typeof openNetlink,
  ) {}

  /**
   * In the network namespace this thread stands in.
   * @throws {Error} when koffi is not there, or the kernel gives no such socket.
   */
  static async open(openSocket = openNetlink): Promise<ConntrackSocket> {
    return new ConntrackSocket(await openSocket(NETLINK_NETFILTER), openSocket);
  }

  /**
   * Looks at each connection over IPv4, or at those with such a mark.
   * @param pick what to keep of it, or `null`; the entry may be read only until it returns
   * @throws {KernelRefused}
   */
  async list<T>(filter: MarkFilter | null, pick: (entry: TrackedEntry) => T | null): Promise<T[]> {
    const attributes = filter ? renderMarkFilter(filter) : Buffer.alloc(0);
    const list = { what: 'connections', request: request(GET, NLM_F_REQUEST | NLM_F_DUMP, attributes) };
    return this.withSocket((socket) =>
      takeList(socket, list, (body) => {
        const entry = readEntry(body);
        return entry && pick(entry);
      }),
    );
  }

  /**
   * Makes the kernel forget connections.
   * @param names of {@link TrackedEntry}
   * @returns how many were still there
   * @throws {KernelRefused}
   */
  async forget(names: readonly Buffer[]): Promise<number> {
    return this.withSocket(async (socket) => {
      let forgotten = 0;
      let sliceEndsMs = performance.now() + SLICE_MS;
      for (const name of names) {
        socket.send(request(DELETE, NLM_F_REQUEST | NLM_F_ACK, name));
        for (const answer of messagesIn(socket.receive(this.answer))) {
          const error = errorIn(answer);
          if (error === 0) forgotten++;
          else if (error !== ENOENT)
            throw new KernelRefused(`the kernel refused to forget a connection: error ${error}`);
        }
        if (performance.now() < sliceEndsMs) continue;
        await nextTurn();
        sliceEndsMs = performance.now() + SLICE_MS;
      }
      return forgotten;
    });
  }

  close(): void {
    this.socket?.close();
    this.socket = null;
  }

  private async withSocket<T>(task: (socket: NetlinkSocket) => Promise<T>): Promise<T> {
    this.socket ??= await this.openSocket(NETLINK_NETFILTER);
    try {
      return await task(this.socket);
    } catch (error) {
      this.close();
      throw error;
    }
  }
}

function request(type: number, flags: number, attributes: Buffer): Buffer {
  return netlinkMessage({ type, flags, sequence: 0, body: Buffer.concat([FAMILY_HEADER, attributes]) });
}
