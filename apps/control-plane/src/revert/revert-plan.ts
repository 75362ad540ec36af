import { policyInWords, revertItems, type Policy, type RestorePolicies, type RevertItem } from '@heddle/domain';
import { isoTime } from '@heddle/platform';
import type { Change } from '@heddle/read-model';
import type { Core } from '../core/core';
import { BadRequest } from '../http/problem';
import { policiesOf } from './chosen-changes';

/** One event holds so many. */
const MOST_POLICIES = 20_000;

/** Of the later changes of a policy an error names so many. */
const MOST_NAMED = 5;

/** How a policy stands: `false` when it does not, else `true` or the time at which it closes by itself. */
export type StandingView = boolean | string;

/** What undoing means for one policy; see {@link RevertItem}. */
export interface RevertItemView extends Policy, Pick<RevertItem, 'outcome' | 'later'> {
  readonly was: StandingView;
  readonly is: StandingView;
}

/** What it takes to undo some changes. */
export interface RevertPlan {
  /** Their sequences, ascending. */
  readonly undone: readonly number[];
  readonly items: readonly RevertItem[];
}

/**
 * Looks up how the policies of some changes stood before them, and what became of them since.
 * @throws {BadRequest} when they are too many for one change.
 */
export async function revertPlan(
  { readModel, boxClock }: Pick<Core, 'readModel' | 'boxClock'>,
  changes: readonly Change[],
): Promise<RevertPlan> {
  const undone = changes.map(({ seq }) => seq).sort((a, b) => a - b);
  const [first] = undone;
  if (first === undefined) return { undone, items: [] };
  const spans = await readModel.spansEndingFrom(changes.flatMap(policiesOf), first);
  const items = revertItems(new Set(undone), spans, boxClock.nowMs());
  if (items.length <= MOST_POLICIES) return { undone, items };
  const detail = `${items.length} policies are more than the ${MOST_POLICIES} that one change can undo: undo fewer changes`;
  throw new BadRequest('too-much-to-revert', detail);
}

/** What undoes them, without the policies that are in conflict. */
export function restoreCommand({ undone, items }: RevertPlan): Pick<RestorePolicies, 'type' | 'undone' | 'steps'> {
  const wanted = items.filter(({ outcome }) => outcome === 'undo');
  return {
    ...{ type: 'restore-policies', undone },
    steps: wanted.map(({ policy, is, was }) => ({ policy, from: is, to: was })),
  };
}

/** @throws {BadRequest} when later changes are in the way of some policy. */
export function refuseConflicts({ items }: RevertPlan): void {
  const conflicts = items.filter(({ outcome }) => outcome === 'conflict');
  const [first] = conflicts;
  if (!first) return;
  const more = conflicts.length > 1 ? `, and ${conflicts.length - 1} more policies likewise` : '';
  const detail =
    `${policyInWords(first.policy)} was changed later, by change ${first.later.slice(0, MOST_NAMED).join(', ')}${more}: ` +
    'look with dryRun=true, and leave such policies as they are with conflicts=skip, or undo those changes, too';
  throw new BadRequest('revert-conflict', detail, 409);
}

/** What is told of it. */
export function itemView({ policy, was, is, ...rest }: RevertItem): RevertItemView {
  return { ...policy, ...rest, was: standingView(was), is: standingView(is) };
}

function standingView(standing: RevertItem['was']): StandingView {
  if (standing === 'absent') return false;
  return standing === null ? true : isoTime(standing);
}
