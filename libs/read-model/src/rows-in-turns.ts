import { Pace } from '@heddle/platform';
import { QueryFailedError, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { isPostgres } from './dialect';
import type { OffThreadConnection } from './off-thread-query-runner';

/**
 * What becomes of the rows of a query, however many, with a rest now and then. On SQLite they are fetched one by one; the caller has
 * the connection for itself meanwhile.
 */
export async function rowsInTurns<Row, Read>(
  query: SelectQueryBuilder<ObjectLiteral>,
  read: (row: Row) => Read,
): Promise<Read[]> {
  const found: Read[] = [];
  const pace = new Pace();
  for (const row of await fetched<Row>(query)) {
    found.push(read(row));
    if (found.length % ROWS_PER_LOOK === 0) await pace.rest();
  }
  return found;
}

async function fetched<Row>(query: SelectQueryBuilder<ObjectLiteral>): Promise<Iterable<Row>> {
  if (isPostgres(query.connection.manager)) return query.getRawMany<Row>();
  const { databaseConnection } = query.connection.driver as unknown as { databaseConnection: OffThreadConnection };
  const [sql, parameters] = query.getQueryAndParameters();
  try {
    const statement = await databaseConnection.prepare(sql);
    return (await statement.iterate(...parameters)) as Iterable<Row>;
  } catch (error) {
    // As TypeORM's own queries fail, so that whoever asks whether this can pass looks at one kind of error.
    throw new QueryFailedError(sql, parameters, error as Error);
  }
}

/** So many rows are fetched between two looks at the clock: some 0.5 ms. */
const ROWS_PER_LOOK = 128;
