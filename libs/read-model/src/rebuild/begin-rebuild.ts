import type { EntityManager } from 'typeorm';
import { cursorPosition } from '../cursor';
import type { Database } from '../database';
import { CursorEntity } from '../entities';
import { logProjector } from '../log-projector';
import { RebuildRunning } from '../errors';
import { LOG_CURSOR, type Rebuild, type TableComparison } from '../read-model';
import { BulkFill } from './bulk-fill';
import {
  attachShadow,
  besideThoseInUse,
  clearShadow,
  dropShadow,
  schemaOf,
  SHADOW,
  swapTables,
  type ShadowPlace,
} from './shadow';
import { TABLES_OF_THE_LOG, type TableOfTheLog } from './tables-of-the-log';
import { TwoTables, type Ahead, type Schemas } from './two-tables';

/** Any constant will do, as long as it stays: it names the lock under which one rebuild at a time works on a database. */
const REBUILD_LOCK = 0x6865_7262;

/**
 * Makes the tables of the log anew beside those that are in use.
 * @param open opens a database whose tables are up to date and empty.
 * @throws {RebuildRunning} while somebody else does.
 */
export async function beginRebuild(
  database: Database,
  place: ShadowPlace,
  open: (place: ShadowPlace) => Promise<Database>,
): Promise<Rebuild> {
  const unlock = await database.lock(REBUILD_LOCK);
  if (!unlock) throw new RebuildRunning();
  let shadow: Database | undefined;
  try {
    shadow = await openShadow(database, place, open);
    const filling = await BulkFill.begin(shadow);
    return rebuildWith({ database, shadow, place, filling, unlock });
  } catch (error) {
    await shadow?.close();
    await unlock();
    throw error;
  }
}

interface Parts {
  readonly database: Database;
  readonly shadow: Database;
  readonly place: ShadowPlace;
  readonly filling: BulkFill;
  readonly unlock: () => Promise<void>;
}

function rebuildWith({ database, shadow, place, filling, unlock }: Parts): Rebuild {
  /** What is known of each table from {@link Rebuild.compareAhead}: nothing at first. */
  let ahead = new Map<TableOfTheLog, Ahead>(TABLES_OF_THE_LOG.map((table) => [table, { upTo: 0 }]));
  let isAttached = false;
  const positionOfNew = () => shadow.read((manager) => cursorPosition(manager, LOG_CURSOR));
  return {
    take: (event, isPassedOver = false) => filling.take(event, isPassedOver),
    complete: () => filling.complete(),
    projector: () => logProjector(shadow),

    async compareAhead(signal) {
      const upTo = await positionOfNew();
      ahead = await besideThoseInUse({ database, shadow, place }, (manager, schemas) =>
        compareAll(manager, schemas, { upTo, signal }),
      );
    },

    async finish({ catchUp, isSwapped }) {
      await attachShadow(database, place);
      isAttached = true;
      return database.writeFirst(async (manager) => {
        // From here on nobody moves the old tables on.
        const position = await lockedPosition(manager);
        await catchUp(position);
        const reached = await positionOfNew();
        if (reached !== position) throw new Error(`the new tables are at ${reached}, the old ones at ${position}`);
        const schemas = { held: await schemaOf(manager), right: SHADOW };
        const tables: TableComparison[] = [];
        const differing = new Map<TableOfTheLog, Ahead>();
        for (const [table, known] of ahead) {
          const comparison = await new TwoTables(manager, table, schemas).comparison(known);
          tables.push(comparison);
          if (!isEqual(comparison)) differing.set(table, known);
        }
        if (isSwapped) await swapTables(manager, schemas, differing);
        return { position, isEqual: differing.size === 0, tables };
      });
    },

    async close() {
      try {
        await shadow.close();
        await dropShadow(database, place, isAttached);
      } finally {
        await unlock();
      }
    },
  };
}

async function compareAll(
  manager: EntityManager,
  schemas: Schemas,
  { upTo, signal }: { upTo: number; signal: AbortSignal },
): Promise<Map<TableOfTheLog, Ahead>> {
  const found = new Map<TableOfTheLog, Ahead>();
  for (const table of TABLES_OF_THE_LOG) {
    signal.throwIfAborted();
    const differing = await new TwoTables(manager, table, schemas).differingUpTo(upTo);
    found.set(table, { upTo, ...(differing && { differing }) });
  }
  return found;
}

function isEqual({ missing, extra, different }: TableComparison): boolean {
  return missing.count + extra.count + different.count === 0;
}

/** Takes away what a rebuild left whose process was killed; not what another process is making at this moment. */
export async function clearLeftovers(database: Database, place: ShadowPlace): Promise<void> {
  const unlock = await database.lock(REBUILD_LOCK);
  if (!unlock) return;
  try {
    await dropShadow(database, place, false);
  } finally {
    await unlock();
  }
}

async function openShadow(
  database: Database,
  place: ShadowPlace,
  open: (place: ShadowPlace) => Promise<Database>,
): Promise<Database> {
  await clearShadow(database, place);
  return open(place);
}

/** Whoever moves the cursor waits until the transaction ends. */
async function lockedPosition(manager: EntityManager): Promise<number> {
  await manager.update(CursorEntity, { name: LOG_CURSOR }, { position: () => 'position' });
  return cursorPosition(manager, LOG_CURSOR);
}
