const NS_PER_US = 1_000n;
const NS_PER_MS = 1_000_000n;
const NS_PER_SECOND = 1_000_000_000n;

/** A time that is not negative, as Go writes it: `1h2m3.5s`, `2.002433548s`, `1.5ms`, `0s`. */
export function goDuration(ns: bigint): string {
  if (ns === 0n) return '0s';
  if (ns < NS_PER_US) return `${ns}ns`;
  if (ns < NS_PER_MS) return `${decimal(ns, 3)}µs`;
  if (ns < NS_PER_SECOND) return `${decimal(ns, 6)}ms`;
  const minutes = ns / (60n * NS_PER_SECOND);
  const seconds = `${decimal(ns % (60n * NS_PER_SECOND), 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** A whole number divided by 10^digits, without zeros at the end. */
function decimal(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits + 1, '0');
  return `${text.slice(0, -digits)}.${text.slice(-digits)}`.replace(/\.?0+$/, '');
}
