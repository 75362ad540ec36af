import { reachDelta, type GuardrailViolation, type PolicyCommand, type ReachDelta } from '@heddle/domain';
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
  /** The guardrails that it would be against; with one in the mode `refuse` it would be refused. */
  readonly violations: readonly GuardrailViolation[];
}

/**
 * Decides a command as {@link Ledger.execute} would, and leaves it at that. One that is to be told of all guardrails says `tellsAll`.
 * @throws {Refused} when it would be refused.
 */
export async function planned({ policies }: Pick<Core, 'policies'>, command: PolicyCommand): Promise<Planned> {
  const book = policies.state;
  const event = await policies.plan(command);
  const told = { dryRun: true, change: null } as const;
  if (!event) return { ...told, data: null, reach: [], violations: [] };
  if (event.type !== 'policies-changed') return { ...told, data: toFact(event).data, reach: [], violations: [] };
  const { violations = [], ...change } = event;
  const warned = violations.filter(({ mode }) => mode === 'warn');
  const data = toFact({ ...change, ...(warned.length > 0 && { violations: warned }) }).data;
  return { ...told, data, reach: reachDelta(book, event), violations };
}
