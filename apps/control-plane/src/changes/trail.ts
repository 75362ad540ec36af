import type { KeptRefusal } from '@heddle/event-log';
import type { Change } from '@heddle/read-model';
import type { Core } from '../core/core';
import type { RefusedAttempts } from '../refused/refused-attempts';
import { changePage } from './change-page';

/** One line of the audit trail: what was done, or what was asked and refused. */
export type TrailEntry = ({ readonly kind: 'change' } & Change) | ({ readonly kind: 'refused' } & KeptRefusal);

/** Which entries are wanted; everything given must hold. Refused attempts have no type. */
export interface TrailFilter {
  readonly app?: string;
  readonly actor?: string;
  readonly type?: string;
  readonly reason?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
  /** Of the changes, those with a lower sequence. */
  readonly beforeSeq?: number;
}

/** So many of a kind are read at once. */
const PORTION = 500;

/** Every change that is wanted, the newest first, read as it is asked for. */
export async function* everyChange(core: Pick<Core, 'sql' | 'readModel'>, filter: TrailFilter): AsyncGenerator<Change> {
  for (let beforeSeq = filter.beforeSeq; ;) {
    const { changes, next } = await changePage(core, PORTION, { ...filter, beforeSeq });
    yield* changes;
    if (next === null) return;
    beforeSeq = next;
  }
}

/** Every refused attempt that is wanted and still kept, the newest first, read as it is asked for. */
export async function* everyRefusal(
  refused: Pick<RefusedAttempts, 'list'>,
  { app, actor, reason, sinceMs, untilMs }: TrailFilter,
): AsyncGenerator<KeptRefusal> {
  for (let beforeSeq: number | undefined; ;) {
    const { refusals, next } = await refused.list({ app, actor, sinceMs, untilMs, beforeSeq, limit: PORTION });
    for (const refusal of refusals) if (hasText(refusal.reason, reason)) yield refusal;
    if (next === null) return;
    beforeSeq = next;
  }
}

function hasText(reason: string | undefined, wanted: string | undefined): boolean {
  return wanted === undefined || (reason ?? '').toLowerCase().includes(wanted.toLowerCase());
}

/**
 * Both in one line, the newest first. Each keeps its own order, which is by sequence; between the two the times decide, and of
 * equal times the change is the newer.
 */
export async function* trailOf(
  changes: AsyncIterable<Change>,
  refusals: AsyncIterable<KeptRefusal>,
): AsyncGenerator<TrailEntry> {
  const done = changes[Symbol.asyncIterator]();
  const refused = refusals[Symbol.asyncIterator]();
  let [change, refusal] = await Promise.all([done.next(), refused.next()]);
  while (!change.done || !refusal.done) {
    if (refusal.done || (!change.done && Date.parse(change.value.time) >= Date.parse(refusal.value.time))) {
      yield { kind: 'change', ...(change as IteratorYieldResult<Change>).value };
      change = await done.next();
    } else {
      yield { kind: 'refused', ...refusal.value };
      refusal = await refused.next();
    }
  }
}
