import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { toSqlText } from '../any-text';
import { isOneOf } from '../dialect';
import { CellSpanEntity, PlacementSpanEntity } from '../entities';
import { endRows, type Columns } from '../past/end-rows';
import type { PlacementReport } from './placement-records';
import { STILL } from '../sequence';
import { insertRows } from '../write-rows';
import { PlacementSteps } from './placement-steps';

const FROM_POSITION = { column: 'from_position', type: 'bigint' };
const PLACEMENT_KEY: Columns = [FROM_POSITION, { column: 'from_index', type: 'integer' }];
const CELL_KEY: Columns = [{ column: 'cell', type: 'text' }, FROM_POSITION];
const UNTIL_MS = { column: 'until_ms', type: 'double precision' };

/**
 * Writes what began and what ended by some reports, in their order. What stands is read from the tables within the same transaction,
 * so it does not matter which process writes, and a report that was written already changes nothing.
 */
export async function writePlacements(manager: EntityManager, reports: readonly PlacementReport[]): Promise<void> {
  const cells = [...new Set(reports.map(({ cell }) => cell))];
  const steps = new PlacementSteps({
    cells: await standingOf(manager, CellSpanEntity, cells),
    placements: await standingOf(manager, PlacementSpanEntity, cells),
  });
  for (const report of reports) steps.take(report);
  await endRows(
    manager,
    { table: 'placement_span', key: PLACEMENT_KEY, end: UNTIL_MS },
    steps.endedPlacements.map(({ fromSeq, fromIndex, untilMs }) => [fromSeq, fromIndex, untilMs]),
  );
  await endRows(
    manager,
    { table: 'cell_span', key: CELL_KEY, end: UNTIL_MS },
    steps.endedCells.map(({ cell, fromSeq, untilMs }) => [toSqlText(cell), fromSeq, untilMs]),
  );
  await insertRows(manager, PlacementSpanEntity, [...steps.begunPlacements], { unlessThere: true });
  await insertRows(manager, CellSpanEntity, [...steps.begunCells], { unlessThere: true });
}

/** So many rows at most go at once: more than come in a while, and some milliseconds of work. */
const MOST_FORGOTTEN = 1_000;

/** Forgets what ended before a time, the oldest first; what is left goes the next time. */
export async function forgetPlacements(manager: EntityManager, beforeMs: number): Promise<void> {
  for (const { entity, table, key } of [
    { entity: PlacementSpanEntity, table: 'placement_span', key: '"from_position", "from_index"' },
    { entity: CellSpanEntity, table: 'cell_span', key: '"cell", "from_position"' },
  ]) {
    const ended = `SELECT ${key} FROM "${table}" WHERE "until_ms" < :beforeMs ORDER BY "until_ms" LIMIT ${MOST_FORGOTTEN}`;
    const query = manager.createQueryBuilder().delete().from(entity).where(`(${key}) IN (${ended})`, { beforeMs });
    await query.execute();
  }
}

async function standingOf<Row extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  cells: readonly string[],
): Promise<Row[]> {
  const { sql, parameters } = isOneOf(manager, 'span.cell', 'cells', cells);
  const query = manager.createQueryBuilder(entity, 'span').where(sql, parameters);
  return query.andWhere('span.untilMs = :still', { still: STILL }).getMany();
}
