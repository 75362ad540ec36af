import { cellFacts, exposureWindow, type ChangeEnforcement, type EnforcementBook } from '@heddle/domain';
import { epochMsOf, isoTime } from '@heddle/platform';
import type { Change } from '@heddle/read-model';
import type { CellLiveness } from '../core/cell-liveness';
import { enforcementView, type CellEnforcementView } from './change-view';

/** One cell's part in an exposure. */
export interface CellExposureView extends Pick<CellEnforcementView, 'cell' | 'state' | 'enforcedAt' | 'latencyMs'> {
  /** When a cell that does not answer was last heard of; `null` for cells that do, and for one that never was. */
  readonly unknownSince: string | null;
}

/** How long what a change took away was still allowed somewhere. */
export interface ExposureView {
  readonly seq: number;
  /** What {@link removed} counts. */
  readonly what: 'policies' | 'security-groups';
  /** How many policies it removed; of groups those that it changed are among them, for they may allow less. Where none, nothing was exposed. */
  readonly removed: number;
  readonly committedAt: string;
  /** When the last cell stopped allowing it; `null` while some cell has not said so. */
  readonly closedAt: string | null;
  /** From the one to the other, by the machines' clocks. */
  readonly windowMs: number | null;
  readonly cells: readonly CellExposureView[];
}

interface Known {
  readonly enforcement: ChangeEnforcement | undefined;
  readonly book: EnforcementBook;
  readonly liveness: CellLiveness;
}

/** The exposure of a change, with what is known now of the cells that have not said that they enforce it. */
export function exposureView({ seq, time, topic, data }: Change, { enforcement, book, liveness }: Known): ExposureView {
  const { fromMs, untilMs } = exposureWindow(enforcement ?? { seq, committedAtMs: epochMsOf(time), cells: new Map() });
  return {
    ...{ seq, ...takenAway(topic, data), committedAt: isoTime(fromMs) },
    closedAt: untilMs === null ? null : isoTime(untilMs),
    windowMs: untilMs === null ? null : Math.round((untilMs - fromMs) * 1000) / 1000,
    cells: enforcementView(enforcement, liveness).cells.map(({ cell, state, enforcedAt, latencyMs }) => {
      const lastMs = liveness.lastSeenMs(cell) ?? cellFacts(book, cell).lastReceiptAtMs;
      const unknownSince = state === 'unknown' && lastMs !== null ? isoTime(lastMs) : null;
      return { cell, state, enforcedAt, latencyMs, unknownSince };
    }),
  };
}

function takenAway(topic: Change['topic'], data: unknown): Pick<ExposureView, 'what' | 'removed'> {
  const { removed = [], changed = [] } = data as Partial<Record<'removed' | 'changed', readonly unknown[]>>;
  if (topic === 'group') return { what: 'security-groups', removed: removed.length + changed.length };
  return { what: 'policies', removed: removed.length };
}
