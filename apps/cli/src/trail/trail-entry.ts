import type { TrailEntry } from '../api/trail-api';
import { changeEntry } from '../changes/change-table';
import { listEntry } from '../changes/list-entry';
import type { Page } from '../output/page';
import { whatAndWhyNot } from '../refused/refused-table';

/** An entry for people. What was refused has a sign in place of a number, since it is not in the log. */
export function trailEntry(entry: TrailEntry, page: Page): string {
  if (entry.kind === 'change') return changeEntry(entry, page);
  return listEntry({ ...entry, seq: '✗' }, whatAndWhyNot(entry), page);
}
