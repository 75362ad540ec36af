import type { Reverted } from '../api/change-schemas';
import { violationText } from '../guardrail/guardrail-words';
import { count, enumerate } from '../output/enumerate';
import type { Page } from '../output/page';
import { type Column, renderTable } from '../output/table';
import { formatTime } from '../output/time';
import { reachDeltaTable } from '../plan/reach-delta-table';
import { policyWords } from '../policy/policy-words';

const COLUMNS: readonly Column[] = [
  { title: 'POLICY', wraps: true },
  { title: 'IS', wraps: true },
  { title: 'WAS', wraps: true },
  { title: 'OUTCOME', wraps: true },
];

type Item = Reverted['policies'][number];

/** What undoing comes to, policy by policy and pair by pair, and what is to be done about it. */
export function revertText(reverted: Reverted, page: Page): string {
  const { dryRun, change, undone, policies, reach, violations = [] } = reverted;
  if (undone.length === 0) return 'there are no such changes';
  const rows = policies.map((item) => [
    ...[policyWords(item), standingWords(item.is, page), standingWords(item.was, page), outcomeWords(item)],
  ]);
  const which = `${undone.length === 1 ? 'change' : 'changes'} ${enumerate(undone.map(String))}`;
  const end = dryRun
    ? `nothing was changed: add --yes to undo ${which}`
    : change === null
      ? `there was nothing to undo of ${which}`
      : `${which} undone by change ${change}`;
  const effect = [reachDeltaTable(reach, page), ...violationText(violations, page)];
  return [renderTable(COLUMNS, rows, page), '', ...effect, '', conflictWords(policies) + end].join('\n');
}

function standingWords(standing: Item['was'], page: Page): string {
  if (typeof standing === 'string') return `until ${formatTime(standing, page)}`;
  return standing ? 'stands' : '-';
}

function outcomeWords({ outcome, later }: Item): string {
  switch (outcome) {
    case 'undo':
      return 'undone';
    case 'as-it-was':
      return 'is as it was already';
    case 'over':
      return 'its time is over: stays closed';
    case 'conflict':
      return `changed later, by ${enumerate(later.map(String))}: left alone`;
  }
}

function conflictWords(policies: readonly Item[]): string {
  const conflicts = policies.filter(({ outcome }) => outcome === 'conflict').length;
  return conflicts === 0 ? '' : `${count(conflicts, 'conflict')} (--skip-conflicts leaves those policies alone); `;
}
