import type { AsOf } from '../api/past-schemas';
import type { Page } from './page';
import { formatTime } from './time';

/** Which moment an answer is about: `as of change 8812, 2026-11-10 14:03:07 +01:00`. */
export function asOfWords({ seq, time }: AsOf, page: Page): string {
  return time === null ? 'the log is empty' : `as of change ${seq}, ${formatTime(time, page)}`;
}
