import { In, type EntityManager, type EntityTarget, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';

/** How many parameters one statement carries at most. SQLite takes 32 766 and PostgreSQL 65 535; beyond this it gets no faster. */
const PARAMETERS_PER_STATEMENT = 8000;

/** Inserts rows, however many. */
export async function insertRows<Row extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  rows: readonly QueryDeepPartialEntity<Row>[],
): Promise<void> {
  const { columns } = manager.connection.getMetadata(entity);
  for (const chunk of chunksOf(rows, Math.floor(PARAMETERS_PER_STATEMENT / columns.length)))
    await manager.createQueryBuilder().insert().into(entity).values(chunk).updateEntity(false).execute();
}

/** Deletes the rows whose column holds one of the values, however many; values without a row are passed over. */
export async function deleteRows<Row extends ObjectLiteral, Name extends keyof Row & string>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  column: Name,
  values: readonly Row[Name][],
): Promise<void> {
  for (const chunk of chunksOf(values, PARAMETERS_PER_STATEMENT))
    await manager.delete(entity, { [column]: In(chunk) } as FindOptionsWhere<Row>);
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
