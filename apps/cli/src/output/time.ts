import type { Page } from './page';
import { visible } from './visible';

/**
 * A moment with its zone: `2026-11-22 09:41:07 +01:00`, with `withMs` also its milliseconds. What is no time, as in an event that was
 * altered, is shown as it stands, and said to be none.
 */
export function formatTime(iso: string, { timeZone }: Pick<Page, 'timeZone'>, { withMs = false } = {}): string {
  if (!isTime(iso)) return `no time: “${visible(iso)}”`;
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(iso));
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const fraction = withMs ? `.${of('fractionalSecond')}` : '';
  const offset = of('timeZoneName').replace('GMT', '') || '+00:00';
  return `${of('year')}-${of('month')}-${of('day')} ${of('hour')}:${of('minute')}:${of('second')}${fraction} ${offset}`;
}

/** Whether a text is a time. */
export function isTime(iso: string): boolean {
  return !Number.isNaN(Date.parse(iso));
}

/** Units with the milliseconds each has, and from how many milliseconds on it is used. */
const UNITS = [
  { unit: 'd', ms: 86_400_000, from: 2 * 86_400_000 },
  { unit: 'h', ms: 3_600_000, from: 2 * 3_600_000 },
  { unit: 'min', ms: 60_000, from: 2 * 60_000 },
  { unit: 's', ms: 1_000, from: 1_000 },
] as const;

/** How long something took or has lasted: `1.9 ms`, `340 ms`, `2.4 s`, `12 min`. */
export function formatDuration(ms: number): string {
  for (const { unit, ms: unitMs, from } of UNITS) if (ms >= from) return `${rounded(ms / unitMs)} ${unit}`;
  return `${rounded(ms)} ms`;
}

/** To one decimal below 100, above that to whole ones. */
function rounded(number: number): number {
  return Math.abs(number) < 100 ? Math.round(number * 10) / 10 : Math.round(number);
}

/** How far a zone is ahead of UTC at a moment, in milliseconds; without a zone, that of the machine. */
export function utcOffsetMs(epochMs: number, timeZone?: string): number {
  const [, sign, hours, minutes] =
    /([+-])(\d\d):(\d\d)$/.exec(formatTime(new Date(epochMs).toISOString(), { timeZone })) ?? [];
  return (sign === '-' ? -60_000 : 60_000) * (Number(hours) * 60 + Number(minutes));
}
