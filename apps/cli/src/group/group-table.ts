import type { Group, GroupList, PastGroups } from '../api/past-schemas';
import { asOfWords } from '../output/as-of';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';

const COLUMNS: readonly Column[] = [
  { title: 'NAME', wraps: true },
  { title: 'GUID', wraps: true },
  { title: 'RULES', align: 'right' },
  { title: 'RUNNING' },
  { title: 'STAGING' },
];

/** A row for each security group. */
export function groupTable({ groups }: GroupList, page: Page): string {
  if (groups.length === 0) return 'no security groups';
  return renderTable(COLUMNS, groups.map(rowOf), page);
}

const PAST_COLUMNS: readonly Column[] = [...COLUMNS, { title: 'SINCE', align: 'right' }];

/** A row for each security group that stood, with the change that made it what it was. */
export function pastGroupTable({ asOf, groups }: PastGroups, page: Page): string {
  if (groups.length === 0) return `${asOfWords(asOf, page)}: no security groups`;
  const rows = groups.map((group) => [...rowOf(group), String(group.since)]);
  return `${asOfWords(asOf, page)}\n${renderTable(PAST_COLUMNS, rows, page)}`;
}

function rowOf(group: Group): string[] {
  const { name, guid, rules, runningDefault, runningSpaces, stagingDefault, stagingSpaces } = group;
  return [
    ...[name, guid, String(rules.length)],
    ...[spacesOf(runningDefault, runningSpaces), spacesOf(stagingDefault, stagingSpaces)],
  ];
}

function spacesOf(isDefault: boolean, { length }: readonly string[]): string {
  if (isDefault) return 'all spaces';
  return length === 0 ? '-' : `${length} ${length === 1 ? 'space' : 'spaces'}`;
}
