/** Whole numbers from the first to the last, both included: addresses, ports, or types of ICMP. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Makes one of those that overlap or touch, in order. */
export function joinRanges(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && start <= last.end + 1) merged[merged.length - 1] = { ...last, end: Math.max(last.end, end) };
    else merged.push({ start, end });
  }
  return merged;
}
