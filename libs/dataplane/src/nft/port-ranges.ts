import { joinRanges, type PortRange } from '@heddle/calc';

/**
 * Up to this many ports a range is written out port by port: a hash lookup costs the same whatever the set holds, and
 * an element of it is added and deleted in 0.06 ms, one of the interval set in up to 20 ms.
 */
const MOST_EXACT_PORTS = 32;

/** Whether a range is too wide to be written out. */
export function isWide({ start, end }: PortRange): boolean {
  return end - start + 1 > MOST_EXACT_PORTS;
}

/**
 * The wide ones among the ranges of one address, tag and protocol. Those that overlap or touch become one, since the kernel
 * refuses an interval that overlaps another.
 */
export function wideRanges(ranges: readonly PortRange[]): PortRange[] {
  return joinRanges(ranges.filter(isWide));
}
