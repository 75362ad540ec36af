import type { PlacementReport } from '@heddle/read-model';

/** Longer than reports are kept. */
const REMEMBERED_MS = 31 * 24 * 3600e3;

/**
 * When cells lost their leases, as the log has it. Reports are read behind the log: in new tables one from a month ago would put
 * containers for ever on a cell that has long left.
 */
export class Departures {
  private readonly byCell = new Map<string, number[]>();

  constructor(private readonly now: () => number = Date.now) {}

  /** A lease of the cell ended. Those of one cell come in order. */
  left(cell: string, atMs: number): void {
    const from = this.now() - REMEMBERED_MS;
    if (atMs < from) return;
    this.byCell.set(cell, [...(this.byCell.get(cell) ?? []).filter((each) => each >= from), atMs]);
  }

  /** A report, and behind it that the cell has left since, where it has. */
  behind(report: PlacementReport): PlacementReport[] {
    const { cell, position } = report;
    const atMs = this.firstBehind(cell, report.atMs);
    return atMs === undefined ? [report] : [report, { cell, position, atMs, holds: null }];
  }

  /** Whether a lease of the cell ended after this time. */
  hasLeftSince(cell: string, atMs: number): boolean {
    return this.firstBehind(cell, atMs) !== undefined;
  }

  private firstBehind(cell: string, atMs: number): number | undefined {
    return this.byCell.get(cell)?.find((each) => each > atMs);
  }
}
