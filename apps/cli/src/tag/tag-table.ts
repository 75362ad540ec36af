import type { Tags } from '../api/past-schemas';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';

const COLUMNS: readonly Column[] = [
  { title: 'TAG', align: 'right' },
  { title: 'APP', wraps: true },
  { title: 'TYPE', wraps: true },
  { title: 'SINCE', align: 'right' },
];

/** A row for each tag, with the change that gave it. */
export function tagTable({ asOf, tags }: Tags, page: Page): string {
  if (tags.length === 0) return `${asOfWords(asOf, page)}: no tags`;
  const rows = tags.map(({ tag, app, type, since }) => [String(tag), app, type, String(since)]);
  return `${asOfWords(asOf, page)}\n${renderTable(COLUMNS, rows, page)}`;
}
