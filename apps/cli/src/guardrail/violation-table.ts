import type { ViolationPage } from '../api/guardrail-schemas';
import type { Page } from '../output/page';
import { type Cell, type Column, renderTable } from '../output/table';
import { formatTime } from '../output/time';
import { policyWords } from '../policy/policy-words';

type Violation = ViolationPage['violations'][number];

const COLUMNS: readonly Column[] = [
  { title: 'POLICY', wraps: true },
  { title: 'SINCE', wraps: true },
  { title: 'UNTIL', wraps: true },
];

/** A row for each policy, with the changes between which it stood. */
export function violationTable({ violations }: ViolationPage, page: Page): string {
  const rows = violations.map((violation): Cell[] => [
    [policyWords(violation), ...(violation.certain ? [] : [UNSURE])],
    authorLines(violation.since, page),
    violation.until ? authorLines(violation.until, page) : standingWords(violation, page),
  ]);
  return renderTable(COLUMNS, rows, page);
}

const UNSURE = { text: 'perhaps: nobody knows the space of an app', tone: 'uncertain' } as const;

function standingWords({ expires }: Violation, page: Page): string {
  return expires === undefined ? '-' : `closes ${formatTime(expires, page)}`;
}

function authorLines({ seq, time, actor, reason }: Violation['since'], page: Page): Cell {
  const who = `change ${seq} of ${actor}`;
  return [
    who,
    formatTime(time, page),
    ...(reason === undefined ? [] : [{ text: `“${reason}”`, tone: 'faint' as const }]),
  ];
}
