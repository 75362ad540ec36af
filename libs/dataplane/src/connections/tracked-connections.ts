import { readFileSync } from 'node:fs';
import type { PortChange } from '@heddle/calc';
import { parseIpv4 } from '@heddle/domain';
import { inTurns } from '@heddle/platform';
import { ANSWER } from '../answer-marks';
import { DataplaneUnavailable } from '../dataplane-unavailable';
import { Turns } from '../turns';
import { ConntrackSocket } from './conntrack-socket';
import { flowOf, indexWithdrawn, isOver, isWithdrawn } from './tracked-flow';

/** Of so many entries at most a list is taken: a quarter of a second, in slices. */
const MOST_LISTED = 131_072;

/** The connections that the kernel of a cell keeps track of. */
export class TrackedConnections {
  private readonly turns = new Turns();

  private constructor(private readonly socket: ConntrackSocket) {}

  /**
   * Those of the network namespace this thread stands in.
   * @throws {DataplaneUnavailable} when they cannot be asked about.
   */
  static async open(): Promise<TrackedConnections> {
    try {
      return new TrackedConnections(await ConntrackSocket.open());
    } catch (cause) {
      throw new DataplaneUnavailable(
        'connection tracking cannot be asked: koffi or libc.so.6 is not there, or the kernel gives no netlink socket',
        { cause },
      );
    }
  }

  /**
   * Ends the flows that some ports were opened for and are not any more, after the rules are gone. A TCP connection ends by the
   * reset that its next packet meets. Datagrams that only the other side still sends meet none, so the kernel forgets their flow:
   * from then on they count as a flow of their own, which nobody allowed. Without removed ports it does nothing, and otherwise it
   * costs one list of the flows that Heddle let in.
   * @returns how many there were; `null` when the kernel tracks too many to tell, and then none was forgotten
   * @throws {KernelRefused}
   */
  async cut(changes: readonly PortChange[]): Promise<number | null> {
    const narrowed = changes.filter(({ before }) => before.length > 0);
    const [first] = narrowed;
    if (first === undefined) return 0;
    const tracked = countTracked();
    if (tracked === 0) return 0;
    if (tracked > MOST_LISTED) return null;
    // The kernel gives only what carries a mark like that; with one tag in question, only its flows.
    const isOne = narrowed.every(({ tag }) => tag === first.tag);
    const filter = isOne ? { mark: ANSWER | first.tag, mask: ANSWER | 0xffff } : { mark: ANSWER, mask: ANSWER };
    return this.turns.take(async () => {
      const withdrawn = await inTurns(indexWithdrawn(narrowed));
      const cut = await this.socket.list(filter, (entry) => {
        const flow = flowOf(entry);
        if (!flow || !isWithdrawn(flow, withdrawn)) return null;
        return { datagrams: flow.protocol === 'udp' ? [entry.name()] : [], isOver: isOver(entry) };
      });
      await this.socket.forget(cut.flatMap(({ datagrams }) => datagrams));
      return cut.filter((each) => !each.isOver).length;
    });
  }

  /**
   * Makes the kernel forget the connections an address opened and those opened towards it, of every protocol, so that whoever gets
   * the address next inherits none.
   * @returns how many there were
   * @throws {KernelRefused}
   */
  forget(address: string): Promise<number> {
    const wanted = parseIpv4(address);
    return this.turns.take(async () => {
      const names = await this.socket.list(null, (entry) =>
        [entry.opening, entry.reply].some((tuple) => tuple.source === wanted || tuple.destination === wanted)
          ? entry.name()
          : null,
      );
      return this.socket.forget(names);
    });
  }

  /** Waits for what was begun. */
  close(): Promise<void> {
    return this.turns.take(async () => this.socket.close());
  }
}

/** How many connections the kernel tracks in this network namespace; read at once, since it is a file without a disk. */
function countTracked(): number {
  return Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_count', 'utf8'));
}
