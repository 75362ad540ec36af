import type { PortChange } from '@heddle/calc';
import { eachOf, parseIpv4, type Steps } from '@heddle/domain';
import { ANSWER, REVERSED } from '../answer-marks';
import type { TrackedEntry } from './tracked-entry';

/** A flow that Heddle let in, as far as a change of permissions concerns it: where it goes, and who opened it. */
export interface TrackedFlow {
  readonly protocol: 'tcp' | 'udp';
  /** As a number. */
  readonly destination: number;
  readonly destinationPort: number;
  /** Tag of the app that opened it. */
  readonly tag: number;
}

const PROTOCOLS: Readonly<Record<number, TrackedFlow['protocol']>> = { 6: 'tcp', 17: 'udp' };

/** Reads an entry; `null` when it is no flow that Heddle let in. */
export function flowOf(entry: TrackedEntry): TrackedFlow | null {
  const protocol = PROTOCOLS[entry.opening.protocol];
  const mark = entry.mark();
  if (protocol === undefined || (mark & ANSWER) === 0) return null;
  const { opening } = entry;
  const reached =
    (mark & REVERSED) === 0
      ? { destination: opening.destination, destinationPort: opening.destinationPort }
      : { destination: opening.source, destinationPort: opening.sourcePort };
  return { protocol, ...reached, tag: mark & 0xffff };
}

/** From `<linux/netfilter/nf_conntrack_tcp.h>`: states after the last byte. */
const LAST_ACK = 6;
const TIME_WAIT = 7;
const CLOSE = 8;
/**
 * A connection that was reset stays listed for ten seconds. The resets of the cut itself come within milliseconds, so one that has
 * less than this left was over before.
 */
const JUST_RESET_SECONDS = 9;

/** Whether a connection had ended before it was listed. */
export function isOver(entry: TrackedEntry): boolean {
  const state = entry.tcpState();
  if (state === CLOSE) return entry.secondsLeft() < JUST_RESET_SECONDS;
  return state === LAST_ACK || state === TIME_WAIT;
}

/** Ports that were withdrawn, by whom they concern, so that a flow finds its own among tens of thousands. */
export type WithdrawnPorts = ReadonlyMap<string, readonly Pick<PortChange, 'before' | 'after'>[]>;

/** Brings changes into the order in which flows look for them. */
export function* indexWithdrawn(changes: readonly PortChange[]): Steps<WithdrawnPorts> {
  const index = new Map<string, Pick<PortChange, 'before' | 'after'>[]>();
  yield* eachOf(changes, (change) => {
    const key = keyOf(parseIpv4(change.address), change);
    const known = index.get(key);
    if (known) known.push(change);
    else index.set(key, [change]);
  });
  return index;
}

/** Whether a flow was allowed before one of the changes, and is not any more. */
export function isWithdrawn(flow: TrackedFlow, withdrawn: WithdrawnPorts): boolean {
  const isAmong = (ranges: PortChange['before']): boolean =>
    ranges.some(({ start, end }) => start <= flow.destinationPort && flow.destinationPort <= end);
  const changes = withdrawn.get(keyOf(flow.destination, flow)) ?? [];
  return changes.some(({ before, after }) => isAmong(before) && !isAmong(after));
}

function keyOf(destination: number, { tag, protocol }: Pick<TrackedFlow, 'tag' | 'protocol'>): string {
  return `${destination} ${tag} ${protocol}`;
}
