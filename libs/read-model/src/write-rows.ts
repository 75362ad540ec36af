import type { EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { isOneOf, isPostgres } from './dialect';

/**
 * Inserts rows, however many: one parameter carries them all as JSON, so the statement is the same for 1 as for 20 000 and
 * no limit on parameters applies. (TypeORM's own insert builds a statement per number of rows, at ten times the cost.)
 */
export async function insertRows<Row extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const metadata = manager.connection.getMetadata(entity);
  const values = rows.map((row) => metadata.columns.map((column): unknown => column.getEntityValue(row, true)));
  const insert = isPostgres(manager) ? insertOnPostgres(metadata) : insertOnSqlite(metadata);
  await manager.query(insert, [JSON.stringify(values)]);
}

/** Deletes the rows whose column holds one of the values, however many; values without a row are passed over. */
export async function deleteRows<Row extends ObjectLiteral, Name extends keyof Row & string>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  column: Name,
  values: readonly Row[Name][],
): Promise<void> {
  if (values.length === 0) return;
  const { sql, parameters } = isOneOf(manager, column, 'values', values);
  await manager.createQueryBuilder().delete().from(entity).where(sql, parameters).execute();
}

function insertOnSqlite({ tableName, columns }: EntityMetadata): string {
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const members = columns.map((_, i) => `value ->> ${i}`);
  return `INSERT INTO "${tableName}" (${names.join()}) SELECT ${members.join()} FROM json_each(?)`;
}

function insertOnPostgres({ tableName, columns }: EntityMetadata): string {
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const members = columns.map(({ type }, i) => `CAST(value ->> ${i} AS ${String(type)})`);
  return `INSERT INTO "${tableName}" (${names.join()}) SELECT ${members.join()} FROM json_array_elements($1)`;
}
