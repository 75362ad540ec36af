import type { CellSpanEntity, PlacementSpanEntity } from '../entities';
import type { PlacementReport } from './placement-records';
import { STILL } from '../sequence';

/** What is so of some cells, and what became of it by their reports. */
export class PlacementSteps {
  /** What began, the end included where that has come as well. */
  readonly begunPlacements = new Set<PlacementSpanEntity>();
  readonly begunCells = new Set<CellSpanEntity>();
  /** What was in the tables and has ended. */
  readonly endedPlacements: PlacementSpanEntity[] = [];
  readonly endedCells: CellSpanEntity[] = [];
  private readonly cells = new Map<string, CellSpanEntity>();
  private readonly placements = new Map<string, Map<string, PlacementSpanEntity>>();

  /** @param standing what stands of the cells, as the tables have it */
  constructor(standing: {
    readonly cells: readonly CellSpanEntity[];
    readonly placements: readonly PlacementSpanEntity[];
  }) {
    for (const cell of standing.cells) this.cells.set(cell.cell, cell);
    for (const placement of standing.placements) this.of(placement.cell).set(placement.handle, placement);
  }

  /** A cell said what it holds, or has left. What was known already says nothing new. */
  take(report: PlacementReport): void {
    const { cell, holds } = report;
    const held = this.of(cell);
    const said = new Map(holds?.containers.map((container) => [container.handle, container]));
    for (const span of [...held.values()])
      if (isSame(span.container, said.get(span.handle))) said.delete(span.handle);
      else if (!isYounger(span, report)) this.endPlacement(span, report);
    [...said.values()].forEach((container, fromIndex) => {
      const { app, handle } = container;
      const begun = { ...beginOf(report), fromIndex, cell, app, handle, container: JSON.stringify(container) };
      this.begunPlacements.add(begun);
      held.set(handle, begun);
    });
    this.takeCell(report);
  }

  private takeCell(report: PlacementReport): void {
    const { cell, holds } = report;
    const known = this.cells.get(cell);
    const settings = holds?.settings === undefined ? null : JSON.stringify(holds.settings);
    if (known && holds && known.settings === settings) return;
    if (known && !isYounger(known, report)) {
      this.cells.delete(cell);
      if (!this.begunCells.has(known)) this.endedCells.push(known);
      known.untilMs = report.atMs;
    }
    if (!holds) return;
    const begun = { ...beginOf(report), cell, settings };
    this.begunCells.add(begun);
    this.cells.set(cell, begun);
  }

  private endPlacement(span: PlacementSpanEntity, { cell, atMs }: PlacementReport): void {
    this.of(cell).delete(span.handle);
    if (!this.begunPlacements.has(span)) this.endedPlacements.push(span);
    span.untilMs = atMs;
  }

  private of(cell: string): Map<string, PlacementSpanEntity> {
    const held = this.placements.get(cell) ?? new Map<string, PlacementSpanEntity>();
    this.placements.set(cell, held);
    return held;
  }
}

function beginOf({ position, atMs }: PlacementReport) {
  return { fromSeq: position, fromMs: atMs, untilMs: STILL };
}

/** Whether a cell said something since it left; the log, which tells of that, and the reports have no order between them. */
function isYounger({ fromMs }: Pick<CellSpanEntity, 'fromMs'>, { holds, atMs }: PlacementReport): boolean {
  return holds === null && fromMs > atMs;
}

function isSame(kept: string, said: object | undefined): boolean {
  return said !== undefined && kept === JSON.stringify(said);
}
