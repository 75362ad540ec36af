import { getSystemErrorMap } from 'node:util';
import { DataplaneUnavailable } from '../dataplane-unavailable';
import {
  errorIn,
  messagesIn,
  netlinkMessage,
  NLM_F_ACK,
  NLM_F_REQUEST,
  wordsIn,
  type NetlinkMessage,
} from './messages';
import {
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  NETLINK_ROUTE,
  openNetlink,
  type NetlinkSocket,
} from './netlink-socket';

/** What the part of the kernel that keeps links, routes and neighbours is asked to do; numbers of `<linux/rtnetlink.h>`. */
export type RouteRequest = Pick<NetlinkMessage, 'type' | 'flags' | 'body'>;

/** A request that the kernel refused. */
export interface Refusal<T> {
  readonly item: T;
  /** The name of the error, and the kernel's words if it has any. */
  readonly reason: string;
}

/**
 * So many requests go in one message. Their answers wait in the socket, a kilobyte each and 208 KiB at most by default
 * (`net.core.rmem_default`). Smaller and larger portions (32, 200) cost as much for 4 000 peers.
 */
const REQUESTS_IN_A_SEND = 128;
/** Room for the answers to what was sent at once. */
export const ANSWER_BYTES = 16 * 1024;

/**
 * Opens a socket for one conversation, in the network namespace this thread stands in, and closes it whatever comes of it.
 * @throws {DataplaneUnavailable} when there is none.
 */
export async function withRtnetlink<T>(task: (socket: NetlinkSocket) => Promise<T>): Promise<T> {
  const options = [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK];
  const socket = await openNetlink(NETLINK_ROUTE, options).catch((cause: unknown) => {
    throw new DataplaneUnavailable(
      'routes cannot be programmed: koffi or libc.so.6 is not there, or the kernel (4.20 at least) gives no netlink socket',
      { cause },
    );
  });
  try {
    return await task(socket);
  } finally {
    socket.close();
  }
}

/**
 * Asks one thing after another, in this order, whether or not one is refused. The kernel works on another thread, since it may
 * have to wait for whoever else changes the network; between portions others have their turn of the event loop.
 * @returns what was refused
 * @throws {Error} when the kernel does not answer each.
 */
export async function requestEach<T>(
  socket: NetlinkSocket,
  items: readonly T[],
  render: (item: T) => RouteRequest,
): Promise<Refusal<T>[]> {
  const refused: Refusal<T>[] = [];
  const answers = Buffer.allocUnsafe(ANSWER_BYTES);
  for (let first = 0; first < items.length; first += REQUESTS_IN_A_SEND) {
    const portion = items.slice(first, first + REQUESTS_IN_A_SEND);
    await socket.sendAside(Buffer.concat(portion.map((item, sequence) => message(render(item), sequence))));
    for (let answered = 0; answered < portion.length;)
      for (const answer of messagesIn(socket.receive(answers))) {
        answered++;
        if (errorIn(answer) === 0) continue;
        refused.push({ item: portion[answer.sequence] as T, reason: reasonIn(answer) });
      }
  }
  return refused;
}

function message({ type, flags, body }: RouteRequest, sequence: number): Buffer {
  return netlinkMessage({ type, flags: NLM_F_REQUEST | NLM_F_ACK | flags, sequence, body });
}

/** Why the kernel refused a request: the name of the error, and its words. */
export function reasonIn(answer: NetlinkMessage): string {
  const error = errorIn(answer);
  const [name = `error ${error}`, meaning] = getSystemErrorMap().get(-error) ?? [];
  return `${name} (${wordsIn(answer) ?? meaning ?? 'the kernel says no more'})`;
}
