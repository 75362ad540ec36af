import type { RefusedAttempt, RefusedPage } from '../api/schemas';
import type { Page } from '../output/page';
import { type Cell, type Column, type Line, renderTable } from '../output/table';
import { formatTime } from '../output/time';
import { policyWords } from '../policy/policy-words';

/** A batch can name more policies; a list shows its beginning. */
const POLICIES_PER_ATTEMPT = 5;
const SIGNS: Readonly<Record<string, string>> = { 'add-policies': '+', 'remove-policies': '-' };

const COLUMNS: readonly Column[] = [
  { title: 'SEQ', align: 'right' },
  { title: 'TIME' },
  { title: 'BY', wraps: true },
  { title: 'FROM' },
  { title: 'REFUSED', wraps: true },
];

/** A row for each attempt, and how to go on when there are more. */
export function refusedTable({ refused, next }: RefusedPage, page: Page): string {
  const older = next === null ? [] : [`there may be older attempts: add --before ${next}`];
  if (refused.length === 0) return ['no refused attempts', ...older].join('\n');
  const rows = refused.map((attempt): Cell[] => [
    String(attempt.seq),
    formatTime(attempt.time, page),
    attempt.actor.name,
    attempt.address ?? '-',
    whatAndWhyNot(attempt),
  ]);
  return [renderTable(COLUMNS, rows, page), ...older].join('\n');
}

/** What was asked, why it was refused, and why it was wanted: a line each. */
export function whatAndWhyNot({ asked, message, reason }: RefusedAttempt): Line[] {
  const { method, path, command = '', policies = 0, named = [] } = asked;
  const shown = named.slice(0, POLICIES_PER_ATTEMPT);
  const rest = policies - shown.length;
  return [
    `${method} ${path}`,
    ...shown.map((policy) => `${SIGNS[command] ?? '='} ${policyWords(policy)}`),
    ...(rest > 0 ? [shown.length > 0 ? `and ${rest} more` : `${rest} policies`] : []),
    { text: message, tone: 'bad' },
    ...(reason === undefined ? [] : [{ text: `“${reason}”`, tone: 'faint' as const }]),
  ];
}
