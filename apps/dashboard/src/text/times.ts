const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are costly to make and lists use few of them. */
function format(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([zone, options]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options });
  formats.set(key, known);
  return known;
}

/** Time of day with milliseconds and zone: `14:03:07.412 GMT+2`. Without a zone the viewer's own. */
export function timeOfDay(at: Date, zone?: string): string {
  return format(zone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    timeZoneName: 'short',
  }).format(at);
}

/** The day, as a heading: `Friday, 3 July 2026`. */
export function dayOf(at: Date, zone?: string): string {
  return format(zone, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** A moment that may be another day: `3 Jul 2026, 14:03:07 GMT+2`. */
export function dayAndTime(at: Date, zone?: string): string {
  return format(zone, { day: 'numeric', month: 'short', year: 'numeric', ...TO_THE_SECOND }).format(at);
}

const TO_THE_SECOND = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const;

/** A duration with two significant steps at most: `1.9 ms`, `184 ms`, `3.2 s`, `4 min 10 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(ms: number): string {
  if (ms < 10) return `${round(ms, 1)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (ms < 59_950) return `${round(ms / 1000, 1)} s`;
  if (seconds < 3600) return twoSteps(seconds, 60, 'min', 's');
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return twoSteps(minutes, 60, 'h', 'min');
  return twoSteps(Math.round(minutes / 60), 24, 'd', 'h');
}

function twoSteps(count: number, per: number, large: string, small: string): string {
  const rest = count % per;
  return `${Math.floor(count / per)} ${large}${rest ? ` ${rest} ${small}` : ''}`;
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
