import { refusedArgument } from './refused-argument';

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(\d{1,9})([smhd])$/;
/** Ten years: what shall last longer is better made anew. */
const LONGEST_MS = 3_650 * 86_400_000;

/** A parser of spans of time such as `12h`, in milliseconds; it throws a {@link UserError} that names the argument. */
export function duration(name: string): (text: string) => number {
  return (text) => {
    const [, count, unit = ''] = SPAN.exec(text) ?? [];
    const ms = Number(count) * (UNIT_MS[unit] ?? NaN);
    if (ms > 0 && ms <= LONGEST_MS) return ms;
    throw refusedArgument(name, text, 'a span of time up to 3650d, such as 90m, 12h or 30d');
  };
}
