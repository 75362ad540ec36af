import type { ChangeEnforcement } from './enforcement-book';

/** How long what a change took away was still allowed somewhere, as far as the cells have said. */
export interface ExposureWindow {
  /** When the change was committed: from then on it was allowed by nobody's word. Epoch milliseconds. */
  readonly fromMs: number;
  /** When the last cell stopped allowing it, by its own clock, and not before `fromMs`; `null` while some cell has not said so. */
  readonly untilMs: number | null;
  /** The cells that have not said so, ascending. */
  readonly open: readonly string[];
}

/** The window of a change. One that concerned no cell closed as it was committed. */
export function exposureWindow({ committedAtMs, cells }: ChangeEnforcement): ExposureWindow {
  const open = [...cells].filter(([, enforcedAtMs]) => enforcedAtMs === null).map(([cell]) => cell);
  const closed = [...cells.values()].filter((enforcedAtMs) => enforcedAtMs !== null);
  const untilMs = open.length > 0 ? null : Math.max(committedAtMs, ...closed);
  return { fromMs: committedAtMs, untilMs, open: open.sort() };
}
