import type { Author } from '../api/reach-schemas';
import type { Page } from '../output/page';
import { formatTime } from '../output/time';
import { visible } from '../output/visible';

/** Who made a change, when and why: `change 120 of alice, 2026-11-10 14:03:07 +01:00: “NET-42”`. */
export function authorWords({ seq, time, actor, reason }: Author, page: Page): string {
  const why = reason === undefined ? '' : `: “${visible(reason)}”`;
  return `change ${seq} of ${visible(actor)}, ${formatTime(time, page)}${why}`;
}
