import type { EntityManager } from 'typeorm';
import { cursorPosition } from '../cursor';
import type { Database } from '../database';
import { CursorEntity } from '../entities';
import { logProjector } from '../log-projector';
import { RebuildRunning } from '../errors';
import { LOG_CURSOR, type Rebuild } from '../read-model';
import { compareTables, isEqual } from './compare-tables';
import { attachShadow, clearShadow, dropShadow, schemaOf, SHADOW, swapTables, type ShadowPlace } from './shadow';

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
  const shadow = await openShadow(database, place, open).catch(async (error: unknown) => {
    await unlock();
    throw error;
  });
  let isAttached = false;
  return {
    projector: () => logProjector(shadow),

    async finish({ catchUp, isSwapped }) {
      await attachShadow(database, place);
      isAttached = true;
      return database.writeFirst(async (manager) => {
        // From here on nobody moves the old tables on.
        const position = await lockedPosition(manager);
        await catchUp(position);
        const reached = await shadow.read((other) => cursorPosition(other, LOG_CURSOR));
        if (reached !== position) throw new Error(`the new tables are at ${reached}, the old ones at ${position}`);
        const schema = await schemaOf(manager);
        const tables = await compareTables(manager, schema, SHADOW);
        const altered = tables.filter((table) => !isEqual(table)).map(({ table }) => table);
        if (isSwapped) await swapTables(manager, schema, altered);
        return { position, isEqual: altered.length === 0, tables };
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
