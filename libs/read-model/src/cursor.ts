import type { EntityManager } from 'typeorm';
import { CursorEntity } from './entities';
import { CursorMoved } from './errors';

/** Where a cursor stands, 0 for one that was never moved. */
export async function cursorPosition(manager: EntityManager, name: string): Promise<number> {
  return (await manager.findOneBy(CursorEntity, { name }))?.position ?? 0;
}

/**
 * Moves a cursor if it stands where expected, and keeps it locked until the transaction ends: whoever is second waits here,
 * and then finds it moved. So this comes before anything else that the transaction writes.
 * @throws {CursorMoved} when it stands elsewhere.
 */
export async function moveCursor(manager: EntityManager, name: string, from: number, to: number): Promise<void> {
  if (from === 0) {
    const first = manager.createQueryBuilder().insert().into(CursorEntity).values({ name, position: 0 });
    await first.orIgnore().updateEntity(false).execute();
  }
  const { affected } = await manager.update(CursorEntity, { name, position: from }, { position: to });
  if (affected !== 1) throw new CursorMoved(name, from);
}
