import type { PortChange } from '@heddle/calc';
import { ANSWER, REVERSED } from '../answer-marks';

/** A flow the kernel keeps track of, as the one who opened it sees it. */
export interface TrackedFlow {
  readonly protocol: 'tcp' | 'udp';
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  /** Tag of the app that opened it. */
  readonly tag: number;
  /** Whether the kernel takes the answers for the opening. */
  readonly isReversed: boolean;
  /** Whether it had ended before it was listed. */
  readonly isOver: boolean;
}

/** How `conntrack --dump` writes an entry: protocol, seconds left, state of TCP, and the tuple of the opening. */
const ENTRY =
  /^(tcp|udp)\s+\d+\s+(\d+)\s+(?:([A-Z_0-9]+)\s+)?src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) .*\bmark=(\d+)/;
/** States after the last byte. */
const OVER = new Set(['TIME_WAIT', 'LAST_ACK']);
/**
 * A connection that was reset stays listed for ten seconds. The resets of the cut itself come within milliseconds, so one that has
 * less than this left was over before.
 */
const JUST_RESET_SECONDS = 9;

/** Reads a line; `null` when it is no flow that Heddle let in. */
export function readFlow(line: string): TrackedFlow | null {
  const [, protocol, left, state, source, destination, sourcePort, destinationPort, mark] = ENTRY.exec(line) ?? [];
  if (mark === undefined || (Number(mark) & ANSWER) === 0) return null;
  const isReversed = (Number(mark) & REVERSED) !== 0;
  const opening = { source: source as string, sourcePort: Number(sourcePort) };
  const reached = { destination: destination as string, destinationPort: Number(destinationPort) };
  return {
    protocol: protocol as TrackedFlow['protocol'],
    ...(isReversed
      ? {
          ...{ source: reached.destination, sourcePort: reached.destinationPort },
          ...{ destination: opening.source, destinationPort: opening.sourcePort },
        }
      : { ...opening, ...reached }),
    tag: Number(mark) & 0xffff,
    isReversed,
    isOver: state === 'CLOSE' ? Number(left) < JUST_RESET_SECONDS : OVER.has(state ?? ''),
  };
}

/** Whether a flow was allowed before a change, and is not any more. */
export function isWithdrawn({ protocol, destination, destinationPort, tag }: TrackedFlow, change: PortChange): boolean {
  const isAmong = (ranges: PortChange['before']): boolean =>
    ranges.some(({ start, end }) => start <= destinationPort && destinationPort <= end);
  return (
    change.address === destination &&
    change.tag === tag &&
    change.protocol === protocol &&
    isAmong(change.before) &&
    !isAmong(change.after)
  );
}

/** The command that makes `conntrack --load-file` forget exactly this flow. */
export function renderForget({ isReversed, ...flow }: TrackedFlow): string {
  const { protocol, source, sourcePort, destination, destinationPort } = flow;
  const [from, to] = [`${source} ${sourcePort}`, `${destination} ${destinationPort}`].map((end) => end.split(' '));
  const [[src, sport], [dst, dport]] = (isReversed ? [to, from] : [from, to]) as [string[], string[]];
  return `-D -f ipv4 -p ${protocol} -s ${src} -d ${dst} --sport ${sport} --dport ${dport}\n`;
}
