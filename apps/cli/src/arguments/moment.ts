import { z } from 'zod';
import { refusedArgument } from './refused-argument';

const UNIT_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SPAN = /^(\d{1,6}) ?([smhd])(?: ago)?$/;
/** Also as the tables show times: `2026-11-22 09:41:07 +01:00`. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:\d\d)$/;
const isoTime = z.iso.datetime({ offset: true });

/**
 * A parser of moments: a time with its zone, or how long ago (`5m ago`, `2h ago`). What lies before 1970 becomes 1970.
 * @returns ISO 8601 in UTC; throws a {@link UserError} that names the argument.
 */
export function moment(name: string, now: () => Date): (text: string) => string {
  return (text) => {
    const ms = spanAgo(text, now) ?? timeOf(text);
    if (ms !== undefined) return new Date(Math.max(0, ms)).toISOString();
    throw refusedArgument(name, text, "a time with its zone such as 2026-11-22T09:00:00Z, or a span such as '5m ago'");
  };
}

function spanAgo(text: string, now: () => Date): number | undefined {
  const [, count, unit = ''] = SPAN.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  return unitMs === undefined ? undefined : now().getTime() - Number(count) * unitMs;
}

function timeOf(text: string): number | undefined {
  const [, date, time = '', zone] = TIME.exec(text) ?? [];
  const iso = `${date}T${time.length === 5 ? `${time}:00` : time}${zone}`;
  // Date.parse alone would take 30 February for 2 March.
  return isoTime.safeParse(iso).success ? Date.parse(iso) : undefined;
}
