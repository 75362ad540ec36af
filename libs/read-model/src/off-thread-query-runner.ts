import { QueryFailedError, QueryResult, type DataSource } from 'typeorm';
import type { BetterSqlite3Driver } from 'typeorm/driver/better-sqlite3/BetterSqlite3Driver';
import { BetterSqlite3QueryRunner } from 'typeorm/driver/better-sqlite3/BetterSqlite3QueryRunner';

/** What is used of libsql's connections whose statements run on threads of its own. */
interface OffThreadConnection {
  prepare(sql: string): Promise<OffThreadStatement>;
}

/** A statement, to be run by one caller at a time. */
interface OffThreadStatement {
  /** Whether it gives rows. */
  readonly reader: boolean;
  /** Runs it; what it gives is fetched by the caller's thread. */
  iterate(...parameters: unknown[]): Promise<Iterable<unknown>>;
}

/** So many statements are kept ready to be used again. */
const MOST_PREPARED = 100;

/**
 * Runs the statements of SQLite on another thread: TypeORM's own runner for it runs them on this one, where a commit that waits for
 * the disk holds up everything else.
 */
class OffThreadQueryRunner extends BetterSqlite3QueryRunner {
  readonly #prepared = new Map<string, OffThreadStatement>();

  override async query(sql: string, parameters: unknown[] = [], isStructured = false): Promise<unknown> {
    // SQLite has no truth values.
    const values = parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value));
    try {
      const statement = await this.#statement(sql);
      const records = [...(await statement.iterate(...values))];
      if (!isStructured) return records;
      return Object.assign(new QueryResult(), { records, raw: records, affected: await this.#affected(statement) });
    } catch (error) {
      throw new QueryFailedError(sql, values, error as Error);
    }
  }

  async #statement(sql: string): Promise<OffThreadStatement> {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const connection = (await this.connect()) as OffThreadConnection;
    const statement = await connection.prepare(sql);
    this.#prepared.set(sql, statement);
    for (const oldest of this.#prepared.keys()) {
      if (this.#prepared.size <= MOST_PREPARED) break;
      this.#prepared.delete(oldest);
    }
    return statement;
  }

  async #affected({ reader }: OffThreadStatement): Promise<number | undefined> {
    if (reader) return undefined;
    const [row] = [...(await (await this.#statement('SELECT changes() AS n')).iterate())];
    return (row as { n: number }).n;
  }
}

/** Lets a data source of SQLite, not yet connected, run its statements so. */
export function runOffThread(dataSource: DataSource): DataSource {
  const driver = dataSource.driver as BetterSqlite3Driver;
  // TypeORM keeps one runner for SQLite, and so does this.
  const runner: BetterSqlite3QueryRunner = new OffThreadQueryRunner(driver);
  driver.createQueryRunner = () => (driver.queryRunner ??= runner);
  return dataSource;
}
