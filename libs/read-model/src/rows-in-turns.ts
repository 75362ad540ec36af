import { Pace } from '@heddle/platform';
import { QueryFailedError, type ObjectLiteral, type SelectQueryBuilder } from 'typeorm';
import { isPostgres } from './dialect';

/** What is used of the driver of SQLite, which runs on this thread. */
interface SqliteConnection {
  prepare(sql: string): { iterate(...parameters: unknown[]): Iterable<unknown> };
}

/**
 * The rows of a query, however many. On SQLite they are fetched one by one, with a rest now and then; the caller has the
 * connection for itself meanwhile. Those of PostgreSQL come in pieces by themselves.
 */
export async function rowsInTurns<Row>(query: SelectQueryBuilder<ObjectLiteral>): Promise<Row[]> {
  if (isPostgres(query.connection.manager)) return query.getRawMany<Row>();
  const { databaseConnection } = query.connection.driver as unknown as { databaseConnection: SqliteConnection };
  const [sql, parameters] = query.getQueryAndParameters();
  const rows: Row[] = [];
  const pace = new Pace();
  try {
    for (const row of databaseConnection.prepare(sql).iterate(...parameters)) {
      rows.push(row as Row);
      if (rows.length % ROWS_PER_LOOK === 0) await pace.rest();
    }
    return rows;
  } catch (error) {
    // As TypeORM's own queries fail, so that whoever asks whether this can pass looks at one kind of error.
    throw new QueryFailedError(sql, parameters, error as Error);
  }
}

/** So many rows are fetched between two looks at the clock: some 0.5 ms. */
const ROWS_PER_LOOK = 128;
