import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { isPostgres } from './dialect';
import { ReadModelUnavailable } from './errors';
import { asUnavailable } from './unavailable';

/** The connections to one database, and what differs between the two kinds. */
export class Database {
  readonly #underWay = new Set<Promise<unknown>>();
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** @param place what to call the database in an error, without secrets. */
  constructor(
    private readonly dataSource: DataSource,
    private readonly place: string,
  ) {}

  get #isPostgres(): boolean {
    return isPostgres(this.dataSource.manager);
  }

  /** Runs queries that change nothing. */
  read<Result>(queries: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.#begin(() => queries(this.dataSource.manager));
  }

  /** Runs statements in one transaction: all of them or, when anything throws, none. */
  write<Result>(statements: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    // On SQLite the right to write is taken at once: a transaction that asks for it later is refused without waiting.
    return this.#begin(() => this.#transact(statements, this.#isPostgres ? 'BEGIN' : 'BEGIN IMMEDIATE'));
  }

  /** The same for statements whose first one writes: of the files attached on SQLite, only that one is locked by it. */
  writeFirst<Result>(statements: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.#begin(() => this.#transact(statements, 'BEGIN'));
  }

  /** Lets what is under way come to its end, then closes the connections. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#underWay);
    await this.dataSource.destroy();
  }

  async #begin<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed) throw new ReadModelUnavailable(`${this.place} is closed`);
    const running = this.#isPostgres ? work() : this.#inTurn(work);
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw asUnavailable(error, this.place) ?? error;
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** SQLite has one connection here, and a query that came in between would become part of another's transaction. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = this.#turn.then(work);
    this.#turn = running.catch(() => undefined);
    return running;
  }

  async #transact<Result>(statements: (manager: EntityManager) => Promise<Result>, begin: string): Promise<Result> {
    const runner = this.dataSource.createQueryRunner();
    try {
      await runner.query(begin);
      const result = await statements(runner.manager);
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }
}

/** Fails where nothing is left to undo: the connection is gone, the disk is full, or the transaction never began. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.query('ROLLBACK').catch(() => undefined);
}
