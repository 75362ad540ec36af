import { isInForce, type ChangeEnforcement } from '@heddle/domain';
import { isoTime } from '@heddle/platform';
import type { CellLiveness } from '../core/cell-liveness';

/** One cell's part in the enforcement of a change. */
export interface CellEnforcementView {
  readonly cell: string;
  /** `unknown`: the cell does not answer, so nobody can say. */
  readonly state: 'enforced' | 'waiting' | 'unknown';
  readonly enforcedAt: string | null;
  /** From the commit of the change to its enforcement, by the two machines' clocks. */
  readonly latencyMs: number | null;
  /** Live flows that ended with it; `null` when there were too many to count, or it is not enforced. */
  readonly flowsCut: number | null;
}

/** Where a change is in force. */
export interface EnforcementView {
  readonly state: 'in-force' | 'pending';
  readonly cellsConcerned: number;
  readonly cellsEnforcing: number;
  readonly slowestMs: number | null;
  /** Live flows that ended with it on all cells, as far as they were counted. */
  readonly flowsCut: number;
  readonly cells: readonly CellEnforcementView[];
}

/** What the API says about the enforcement of a change; of one that nothing is known of, that no cell is concerned. */
export function enforcementView(change: ChangeEnforcement | undefined, liveness: CellLiveness): EnforcementView {
  const cells = [...(change?.cells ?? [])]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([cell, enforcedAtMs]): CellEnforcementView => {
      if (enforcedAtMs === null || !change) {
        return {
          cell,
          state: liveness.isLive(cell) ? 'waiting' : 'unknown',
          enforcedAt: null,
          latencyMs: null,
          flowsCut: null,
        };
      }
      const latencyMs = roundedMs(enforcedAtMs - change.committedAtMs);
      const counted = change.flowsCut?.get(cell);
      const flowsCut = counted === undefined ? 0 : counted;
      return { cell, state: 'enforced', enforcedAt: isoTime(enforcedAtMs), latencyMs, flowsCut };
    });
  const latencies = cells.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  return {
    state: !change || isInForce(change) ? 'in-force' : 'pending',
    cellsConcerned: cells.length,
    cellsEnforcing: latencies.length,
    slowestMs: latencies.length > 0 ? Math.max(...latencies) : null,
    flowsCut: cells.reduce((sum, { flowsCut }) => sum + (flowsCut ?? 0), 0),
    cells,
  };
}

/** To the microsecond, which is what the clocks give. */
function roundedMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
