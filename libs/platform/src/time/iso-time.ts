/** A time as ISO 8601 in UTC with microseconds: `2026-11-22T09:31:46.686123Z`. @param ms epoch milliseconds with a fraction. */
export function isoTime(ms: number): string {
  const whole = Math.floor(ms);
  const micros = Math.floor((ms - whole) * 1000);
  return `${new Date(whole).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

/** The epoch milliseconds, with a fraction, of a time that {@link isoTime} wrote. */
export function epochMsOf(iso: string): number {
  const micros = /\.\d{3}(\d{3})Z$/.exec(iso)?.[1] ?? '0';
  return Date.parse(iso) + Number(micros) / 1000;
}
