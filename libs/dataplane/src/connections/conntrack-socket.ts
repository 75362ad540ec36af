import { setImmediate as nextTurn } from 'node:timers/promises';
import { KernelRefused } from '../kernel-refused';
import {
  errorIn,
  messagesIn,
  netlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from '../netlink/messages';
import { NETLINK_NETFILTER, openNetlink, type NetlinkSocket } from '../netlink/netlink-socket';
import { FAMILY_HEADER, readEntry, renderMarkFilter, type MarkFilter, type TrackedEntry } from './tracked-entry';

/** From `<linux/netfilter/nfnetlink_conntrack.h>`, in the subsystem 1. */
const GET = (1 << 8) | 1;
const DELETE = (1 << 8) | 2;
/** From `<errno.h>`: what is to be deleted is gone already. */
const ENOENT = 2;

/** The kernel fills datagrams up to this size. */
const DATAGRAM_BYTES = 32 * 1024;
/** After so long others get their turn of the event loop. */
const SLICE_MS = 2;
/** How often a list is taken again because the kernel says that it may lack something. */
const LISTS = 4;

/**
 * The kernel's table of connections in one network namespace, over netlink. Nothing holds the event loop up for long: the kernel
 * works on another thread while it lists, and many connections are forgotten in slices.
 */
export class ConntrackSocket {
  private readonly datagram = Buffer.alloc(DATAGRAM_BYTES);

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
    return this.withSocket(async (socket) => {
      for (let i = 0; i < LISTS; i++) {
        const picked = await this.listOnce(socket, filter, pick);
        if (picked) return picked;
      }
      throw new KernelRefused(`the list of connections changed while it was read, ${LISTS} times`);
    });
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
        for (const answer of messagesIn(socket.receive(this.datagram))) {
          const error = errorIn(answer);
          if (error === 0) forgotten++;
          else if (error !== ENOENT) throw refused('to forget a connection', error);
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

  /** @returns `null` when the list may lack something. */
  private async listOnce<T>(
    socket: NetlinkSocket,
    filter: MarkFilter | null,
    pick: (entry: TrackedEntry) => T | null,
  ): Promise<T[] | null> {
    const picked: T[] = [];
    let isWhole = true;
    const attributes = filter ? renderMarkFilter(filter) : Buffer.alloc(0);
    // The kernel walks through its whole table (20 ms and more), whatever it finds.
    await socket.sendAside(request(GET, NLM_F_REQUEST | NLM_F_DUMP, attributes));
    for (;;) {
      for (const answer of messagesIn(await socket.receiveAside(this.datagram))) {
        if ((answer.flags & NLM_F_DUMP_INTR) !== 0) isWhole = false;
        if (answer.type === NLMSG_DONE || answer.type === NLMSG_ERROR) {
          const error = errorIn(answer);
          if (error !== 0) throw refused('to list connections', error);
          return isWhole ? picked : null;
        }
        const entry = readEntry(answer.body);
        const kept = entry && pick(entry);
        if (kept !== null) picked.push(kept);
      }
    }
  }
}

function request(type: number, flags: number, attributes: Buffer): Buffer {
  return netlinkMessage({ type, flags, sequence: 0, body: Buffer.concat([FAMILY_HEADER, attributes]) });
}

function refused(what: string, error: number): KernelRefused {
  return new KernelRefused(`the kernel refused ${what}: error ${error}`);
}
