import { refusedArgument } from './refused-argument';
import { utcOffsetMs } from '../output/time';

const SEQUENCE = /^[1-9]\d{0,14}$/;
const SPAN = /^(\d{1,6}) ?([smhd])(?: ago)?$/;
/** Also as the tables show times; without a zone, in the one that they show them in. */
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:\d\d)?$/;

/**
 * A parser of moments of the past: a change by its sequence, a time, or how long ago (`8812`, `2026-11-10 14:03`, `5m ago`).
 * A time without a zone is in `timeZone`, an IANA name; left out, in that of the machine.
 * @returns what the control plane reads; throws a {@link UserError} that names the argument.
 */
export function pastMoment(name: string, timeZone?: string): (text: string) => string {
  return (text) => {
    if (SEQUENCE.test(text)) return text;
    const [, count, unit] = SPAN.exec(text) ?? [];
    // Left to the control plane, whose clock the log is written by.
    if (unit !== undefined) return `${count}${unit} ago`;
    return timeOf(text, timeZone) ?? refuse(name, text);
  };
}

function refuse(name: string, text: string): never {
  throw refusedArgument(name, text, "a change (8812), a time (2026-11-10 14:03, 2026-11-10T14:03:00Z) or '5m ago'");
}

/** ISO 8601 in UTC; nothing for what is no time, or none that the clocks of its zone ever show. */
function timeOf(text: string, timeZone: string | undefined): string | undefined {
  const [, date, time, zone = 'Z'] = TIME.exec(text) ?? [];
  const ms = Date.parse(`${date}T${time}${zone}`);
  // Date.parse alone would take 30 February for 2 March.
  if (Number.isNaN(ms) || !new Date(Date.parse(`${date}T00:00Z`)).toISOString().startsWith(`${date}`)) return undefined;
  if (/(Z|[+-]\d\d:\d\d)$/.test(text)) return new Date(ms).toISOString();
  const guess = ms - utcOffsetMs(ms, timeZone);
  const exact = ms - utcOffsetMs(guess, timeZone);
  return exact + utcOffsetMs(exact, timeZone) === ms ? new Date(exact).toISOString() : undefined;
}
