import type { EntityManager } from 'typeorm';
import { cursorPosition } from '../cursor';
import type { Database } from '../database';
import { CursorEntity } from '../entities';
import { logProjector } from '../log-projector';
import { LOG_CURSOR, type Rebuild } from '../read-model';
import { compareTables } from './compare-tables';
import { attachShadow, clearShadow, dropShadow, schemaOf, SHADOW, swapTables, type ShadowPlace } from './shadow';

/**
 * Makes the tables of the log anew beside those that are in use.
 * @param open opens a database whose tables are up to date and empty.
 */
export async function beginRebuild(
  database: Database,
  place: ShadowPlace,
  open: (place: ShadowPlace) => Promise<Database>,
): Promise<Rebuild> {
  await clearShadow(database, place);
  const shadow = await open(place);
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
        if (isSwapped) await swapTables(manager, schema);
        return {
          position,
          isEqual: tables.every(({ missing, extra, different }) => missing.count + extra.count + different.count === 0),
          tables,
        };
      });
    },

    async close() {
      await shadow.close();
      await dropShadow(database, place, isAttached);
    },
  };
}

/** Whoever moves the cursor waits until the transaction ends. */
async function lockedPosition(manager: EntityManager): Promise<number> {
  await manager.update(CursorEntity, { name: LOG_CURSOR }, { position: () => 'position' });
  return cursorPosition(manager, LOG_CURSOR);
}
