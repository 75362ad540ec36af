import type { PlacedContainer } from '@heddle/domain';
import { Between } from 'typeorm';
import { moveCursor } from './cursor';
import type { Database } from './database';
import { CellEntity, EnforcementEntity } from './entities';
import type { CellRow, EnforcementRecords, EnforcementRow } from './read-model';
import { deleteRows, insertRows } from './write-rows';

/** What the cells reported, in the tables. */
export function enforcementRecords(database: Database): EnforcementRecords {
  return {
    saveReports: ({ cursorName, expectedPosition, position, cells, enforcements }) =>
      database.write(async (manager) => {
        await moveCursor(manager, cursorName, expectedPosition, position);
        const cellRows = new Map(cells.map((cell) => [cell.cell, toCellEntity(cell)]));
        await deleteRows(manager, CellEntity, 'cell', [...cellRows.keys()]);
        await insertRows(manager, CellEntity, [...cellRows.values()]);
        const enforcementRows = new Map(enforcements.map((row) => [row.seq, toEnforcementEntity(row)]));
        await deleteRows(manager, EnforcementEntity, 'seq', [...enforcementRows.keys()]);
        await insertRows(manager, EnforcementEntity, [...enforcementRows.values()]);
      }),

    loadCells: () =>
      database.read(async (manager) => {
        const cells = (await manager.find(CellEntity)).map(fromCellEntity);
        // Sorted here, because the databases do not agree on the order of text.
        return cells.sort((a, b) => (a.cell < b.cell ? -1 : 1));
      }),

    loadPendingEnforcements: (limit) =>
      database.read(async (manager) => {
        const pending = { where: { state: 'pending' as const }, order: { seq: 'ASC' as const }, take: limit };
        return (await manager.find(EnforcementEntity, pending)).map(fromEnforcementEntity);
      }),

    lastEnforcementSeq: () =>
      database.read(async (manager) => (await manager.maximum(EnforcementEntity, 'seq')) ?? 0).then(Number),

    enforcementsFrom: ({ from, to, limit }) =>
      database.read(async (manager) => {
        const within = { where: { seq: Between(from, to) }, order: { seq: 'ASC' as const }, take: limit };
        return (await manager.find(EnforcementEntity, within)).map(fromEnforcementEntity);
      }),

    enforcement: (seq) =>
      database.read(async (manager) => {
        const row = await manager.findOneBy(EnforcementEntity, { seq });
        return row ? fromEnforcementEntity(row) : undefined;
      }),
  };
}

function toCellEntity({ cell, containers, enforcedUpTo, lastReceiptAtMs }: CellRow): CellEntity {
  return { cell, containers: JSON.stringify(containers), enforcedUpTo, lastReceiptAt: lastReceiptAtMs };
}

function fromCellEntity({ cell, containers, enforcedUpTo, lastReceiptAt }: CellEntity): CellRow {
  return {
    cell,
    containers: JSON.parse(containers) as PlacedContainer[],
    enforcedUpTo,
    lastReceiptAtMs: lastReceiptAt,
  };
}

function toEnforcementEntity({ seq, committedAtMs, inForce, cells, flowsCut = {} }: EnforcementRow): EnforcementEntity {
  const [counted, cut] = [JSON.stringify(cells), JSON.stringify(flowsCut)];
  return { seq, state: inForce ? 'in-force' : 'pending', committedAtMs, cells: counted, flowsCut: cut };
}

function fromEnforcementEntity({ seq, state, committedAtMs, cells, flowsCut }: EnforcementEntity): EnforcementRow {
  const cut = recordIn(flowsCut);
  return {
    seq,
    committedAtMs,
    inForce: state === 'in-force',
    cells: recordIn(cells),
    ...(Object.keys(cut).length > 0 && { flowsCut: cut }),
  };
}

function recordIn(text: string): Record<string, number | null> {
  return Object.setPrototypeOf(JSON.parse(text), null) as Record<string, number | null>;
}
