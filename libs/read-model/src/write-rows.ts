import { Pace } from '@heddle/platform';
import type { EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata';
import { isOneOf, isPostgres } from './dialect';

/** So many rows go into one statement; to write them as JSON takes this thread some 1 ms. */
const ROWS = 250;

/**
 * Inserts rows, however many, with a rest between portions: one parameter carries them all as JSON, so the statement is the same for 1 as for 20 000 and
 * no limit on parameters applies. (TypeORM's own insert builds a statement per number of rows, at ten times the cost.)
 * @param how whether a row whose key is there already is left out, instead of refused
 */
export async function insertRows<Row extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  rows: readonly Row[],
  { unlessThere = false } = {},
): Promise<void> {
  if (rows.length === 0) return;
  const metadata = manager.connection.getMetadata(entity);
  const all = isPostgres(manager) ? insertOnPostgres(metadata) : insertOnSqlite(metadata);
  // Without a condition SQLite would take "ON" for that of a join.
  const insert = unlessThere ? `${all} WHERE true ON CONFLICT DO NOTHING` : all;
  const pace = new Pace();
  const readers = metadata.columns.map(readerOf<Row>);
  for (let from = 0; from < rows.length; from += ROWS) {
    const values = rows.slice(from, from + ROWS).map((row) => readers.map((valueIn) => valueIn(row)));
    await manager.query(insert, [JSON.stringify(values)]);
    await pace.rest();
  }
}

/** What a column holds of a row. (TypeORM's own way to it takes five times as long: it looks for columns within columns, which we do not have.) */
function readerOf<Row extends ObjectLiteral>({ propertyName, transformer }: ColumnMetadata): (row: Row) => unknown {
  const transformers = transformer === undefined ? [] : [transformer].flat();
  return (row) => transformers.reduce((value, { to }) => to(value) as unknown, row[propertyName] as unknown);
}

/** Inserts one row whose values are large: each is a parameter of its own, and nobody has to read JSON to find it. */
export async function insertRow<Row extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  row: Row,
): Promise<void> {
  const { tableName, columns } = manager.connection.getMetadata(entity);
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const places = columns.map((_, i) => (isPostgres(manager) ? `$${i + 1}` : '?'));
  const values = columns.map((column): unknown => column.getEntityValue(row, true));
  await manager.query(`INSERT INTO "${tableName}" (${names.join()}) VALUES (${places.join()})`, values);
}

/** Deletes the rows whose column holds one of the values, however many, with a rest between portions. */
export async function deleteRows<Row extends ObjectLiteral, Name extends keyof Row & string>(
  manager: EntityManager,
  entity: EntityTarget<Row>,
  column: Name,
  values: readonly Row[Name][],
): Promise<void> {
  const pace = new Pace();
  for (let from = 0; from < values.length; from += ROWS) {
    const { sql, parameters } = isOneOf(manager, column, 'values', values.slice(from, from + ROWS));
    await manager.createQueryBuilder().delete().from(entity).where(sql, parameters).execute();
    await pace.rest();
  }
}

function insertOnSqlite({ tableName, columns }: EntityMetadata): string {
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const members = columns.map((_, i) => `value ->> ${i}`);
  return `INSERT INTO "${tableName}" (${names.join()}) SELECT ${members.join()} FROM json_each(?)`;
}

function insertOnPostgres({ tableName, columns }: EntityMetadata): string {
  const names = columns.map(({ databaseName }) => `"${databaseName}"`);
  const members = columns.map(({ type }, i) => `CAST(value ->> ${i} AS ${String(type)})`);
  // As jsonb the rows are read once, and not once again for each of their values.
  return `INSERT INTO "${tableName}" (${names.join()}) SELECT ${members.join()} FROM jsonb_array_elements(CAST($1 AS jsonb))`;
}
