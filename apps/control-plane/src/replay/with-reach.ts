import { deltasByChange, type PoliciesChanged, type Policy, type ReachDelta } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import type { ReadModel } from '@heddle/read-model';

/** A change, and what it opened and closed between pairs of apps; `null` where the pairs are too many to be looked up. */
export interface ReachChange {
  readonly change: LoggedEvent;
  readonly reach: readonly ReachDelta[] | null;
}

/** So many changes are looked up by one query. */
const AT_ONCE = 64;
/** Of a change that touches more policies than this, what it opened and closed is left to who asks for a difference. */
const MOST_POLICIES = 1_000;

/** The changes with what each opened and closed, as the tables have it. */
export async function* withReach(
  readModel: Pick<ReadModel, 'spansEndingFrom'>,
  changes: AsyncIterable<LoggedEvent>,
): AsyncGenerator<ReachChange> {
  let portion: LoggedEvent[] = [];
  for await (const change of changes) {
    portion.push(change);
    if (portion.length < AT_ONCE) continue;
    yield* lookedUp(readModel, portion);
    portion = [];
  }
  yield* lookedUp(readModel, portion);
}

async function* lookedUp(
  readModel: Pick<ReadModel, 'spansEndingFrom'>,
  portion: readonly LoggedEvent[],
): AsyncGenerator<ReachChange> {
  const [first, last] = [portion.at(0)?.seq ?? 0, portion.at(-1)?.seq ?? 0];
  const touched = new Map(portion.map((change) => [change.seq, policiesTouched(change)]));
  const few = [...touched.values()].flatMap((policies) => (policies.length > MOST_POLICIES ? [] : policies));
  const spans = few.length === 0 ? [] : await readModel.spansEndingFrom(few, first, last);
  const deltas = deltasByChange(spans, first, last);
  for (const change of portion) {
    const isTooMuch = (touched.get(change.seq)?.length ?? 0) > MOST_POLICIES;
    yield { change, reach: isTooMuch ? null : (deltas.get(change.seq) ?? []) };
  }
}

function policiesTouched({ type, data }: LoggedEvent): readonly Policy[] {
  if (type !== 'policies-changed.v1') return [];
  const { added, removed } = data as PoliciesChanged;
  return [...added, ...removed];
}
