import type { Policy, Protocol } from '../policy';

/** Ports that are allowed, both ends included. */
export interface PortRange {
  readonly protocol: Protocol;
  readonly start: number;
  readonly end: number;
}

/** What somebody wants to send; what is left out may be anything. */
export interface Traffic {
  readonly protocol?: Protocol;
  readonly port?: number;
}

/** Whether a policy between the right apps allows some traffic. */
export function allows({ protocol, start, end }: PortRange, traffic: Traffic): boolean {
  if (traffic.protocol !== undefined && traffic.protocol !== protocol) return false;
  return traffic.port === undefined || (start <= traffic.port && traffic.port <= end);
}

/** What some policies between the same apps allow together: by protocol, ascending, ranges that touch as one. */
export function portsAllowed(policies: readonly Policy[]): PortRange[] {
  const ascending = [...policies].sort((a, b) =>
    a.protocol === b.protocol ? a.start - b.start : a.protocol < b.protocol ? -1 : 1,
  );
  const ranges: PortRange[] = [];
  for (const { protocol, start, end } of ascending) {
    const last = ranges.at(-1);
    if (last?.protocol === protocol && start <= last.end + 1) {
      ranges[ranges.length - 1] = { ...last, end: Math.max(last.end, end) };
    } else ranges.push({ protocol, start, end });
  }
  return ranges;
}

/** The ports that some ranges allow and others do not; both as {@link portsAllowed} gives them, and so is the answer. */
export function portsBeyond(some: readonly PortRange[], others: readonly PortRange[]): PortRange[] {
  return some.flatMap(({ protocol, start, end }) => {
    const beyond: PortRange[] = [];
    let from = start;
    for (const other of others) {
      if (other.protocol !== protocol || other.end < from || other.start > end) continue;
      if (other.start > from) beyond.push({ protocol, start: from, end: other.start - 1 });
      from = other.end + 1;
    }
    return from > end ? beyond : [...beyond, { protocol, start: from, end }];
  });
}

/** Whether two of them, as {@link portsAllowed} gives them, are the same. */
export function samePorts(some: readonly PortRange[], others: readonly PortRange[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ protocol, start, end }, i) => {
      const other = others[i];
      return other?.protocol === protocol && other.start === start && other.end === end;
    })
  );
}
