import type { PlacedContainer } from '@heddle/domain';
import type { EntityManager } from 'typeorm';
import { fromSqlText } from '../any-text';
import type { PlacementReport } from './placement-records';
import { writePlacements } from './write-placements';

/** Makes of what is known of the cells that they said it at a time. Reads no more columns than there were when this was written. */
export async function beginPlacements(manager: EntityManager, atMs: number): Promise<void> {
  const rows = await manager.query<{ cell: string; containers: string }[]>('SELECT "cell", "containers" FROM "cell"');
  // Before the first report there is; each place is used once.
  const reports = rows.map(({ cell, containers }, i): PlacementReport => ({
    ...{ cell: fromSqlText(cell), position: i - rows.length, atMs },
    holds: { containers: JSON.parse(containers) as PlacedContainer[] },
  }));
  await writePlacements(manager, reports);
}
