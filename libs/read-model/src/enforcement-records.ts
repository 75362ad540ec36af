import type { EnforcedDocument, LeasesFollowed, PlacedContainer } from '@heddle/domain';
import { Between, LessThanOrEqual, MoreThanOrEqual } from 'typeorm';
import { moveCursor } from './cursor';
import type { Database } from './database';
import { CellEntity, EnforcedStretchEntity, EnforcementEntity } from './entities';
import { forgetPlacements, writePlacements } from './placements/write-placements';
import type { CellRow, EnforcementRecords, EnforcementRow } from './read-model';
import { deleteRows, insertRows } from './write-rows';

/** What the cells reported, in the tables. */
export function enforcementRecords(database: Database): EnforcementRecords {
  return {
    saveReports: ({ cursorName, expectedPosition, position, cells, enforcements, stretches = [], ...rest }) =>
      database.write(async (manager) => {
        const { placements = [], forgetBeforeMs } = rest;
        await moveCursor(manager, cursorName, expectedPosition, position);
        const cellRows = new Map(cells.map((cell) => [cell.cell, cell]));
        await deleteRows(manager, CellEntity, 'cell', [...cellRows.keys()]);
        await insertRows(manager, CellEntity, [...cellRows.values()].filter(isThere).map(toCellEntity));
        const enforcementRows = new Map(enforcements.map((row) => [row.seq, toEnforcementEntity(row)]));
        await deleteRows(manager, EnforcementEntity, 'seq', [...enforcementRows.keys()]);
        await insertRows(manager, EnforcementEntity, [...enforcementRows.values()]);
        await insertRows(manager, EnforcedStretchEntity, stretches, { unlessThere: true });
        if (placements.length === 0) return;
        await writePlacements(manager, placements);
        if (forgetBeforeMs !== undefined) await forgetPlacements(manager, forgetBeforeMs);
      }),

    loadCells: () =>
      database.read(async (manager) => {
        // Tables from before still have rows of cells that have left.
        const cells = (await manager.find(CellEntity)).map(fromCellEntity).filter(isThere);
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

    stretchesOver: (seq, passedBy) =>
      database.read(async (manager) => {
        const last = passedBy === undefined ? MoreThanOrEqual(seq) : Between(seq, passedBy);
        const found = await manager.findBy(EnforcedStretchEntity, { last, first: LessThanOrEqual(seq) });
        return found.map((stretch) => ({ ...stretch }));
      }),
  };
}

/** Whether anything is known of a cell. One whose lease has ended has left: what it did is in the log, and it is listed no more. */
function isThere({ containers, enforcedUpTo, lastReceiptAtMs, leases }: CellRow): boolean {
  return containers.length > 0 || enforcedUpTo > 0 || lastReceiptAtMs !== null || leases !== undefined;
}

function toCellEntity(row: CellRow): CellEntity {
  const { cell, containers, namesSpaces = false, enforcedUpTo, lastReceiptAtMs, leases } = row;
  return {
    namesSpaces,
    ...{ cell, enforcedUpTo, containers: JSON.stringify(containers), lastReceiptAt: lastReceiptAtMs },
    leases: leases ? JSON.stringify({ ...leases, ahead: [...leases.ahead] }) : null,
  };
}

function fromCellEntity(entity: CellEntity): CellRow {
  const { cell, containers, namesSpaces, enforcedUpTo, lastReceiptAt, leases } = entity;
  return {
    ...(namesSpaces && { namesSpaces }),
    ...{ cell, enforcedUpTo, containers: JSON.parse(containers) as PlacedContainer[], lastReceiptAtMs: lastReceiptAt },
    ...(leases !== null && { leases: followedIn(leases) }),
  };
}

function followedIn(text: string): LeasesFollowed {
  const { ahead, ...followed } = JSON.parse(text) as Omit<LeasesFollowed, 'ahead'> & {
    ahead: [string, EnforcedDocument][];
  };
  return { ...followed, ahead: new Map(ahead) };
}

function toEnforcementEntity(row: EnforcementRow): EnforcementEntity {
  const { seq, committedAtMs, inForce, cells, flowsCut = {}, lease } = row;
  return {
    ...{ seq, committedAtMs, state: inForce ? 'in-force' : 'pending' },
    ...{ cells: JSON.stringify(cells), flowsCut: JSON.stringify(flowsCut) },
    ...{ leaseCell: lease?.cell ?? null, passedBy: lease?.passedBy ?? null },
  };
}

function fromEnforcementEntity(entity: EnforcementEntity): EnforcementRow {
  const { seq, committedAtMs, state, leaseCell, passedBy } = entity;
  const flowsCut = recordIn(entity.flowsCut);
  return {
    ...{ seq, committedAtMs, inForce: state === 'in-force', cells: recordIn(entity.cells) },
    ...(Object.keys(flowsCut).length > 0 && { flowsCut }),
    ...(leaseCell !== null && { lease: { cell: leaseCell, ...(passedBy !== null && { passedBy }) } }),
  };
}

function recordIn(text: string): Record<string, number | null> {
  return Object.setPrototypeOf(JSON.parse(text), null) as Record<string, number | null>;
}
