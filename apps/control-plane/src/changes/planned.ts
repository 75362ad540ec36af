import { reachDelta, type PolicyCommand, type ReachDelta } from '@heddle/domain';
import { toFact } from '@heddle/event-log';
import type { Core } from '../core/core';

/** What a command would do now. Nothing is kept of the question. */
export interface Planned {
  readonly dryRun: true;
  readonly change: null;
  /** What the change would say; `null` when there would be none. */
  readonly data: unknown;
  /** Every pair of apps of which one could reach more or less of the other; the others stay as they are. */
  readonly reach: readonly ReachDelta[];
}

/**
 * Decides a command as {@link Ledger.execute} would, and leaves it at that.
 * @throws {Refused} when it would be refused.
 */
export async function planned({ policies }: Pick<Core, 'policies'>, command: PolicyCommand): Promise<Planned> {
  const book = policies.state;
  const event = await policies.plan(command);
  if (!event) return { dryRun: true, change: null, data: null, reach: [] };
  return {
    dryRun: true,
    change: null,
    data: toFact(event).data,
    reach: event.type === 'policies-changed' ? reachDelta(book, event) : [],
  };
}
