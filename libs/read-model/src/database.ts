import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { isPostgres } from './dialect';
import { ReadModelUnavailable } from './errors';
import { asUnavailable } from './unavailable';

/** The connections to one database, and what differs between the two kinds. */
export class Database {
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #held = new Set<number>();
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

  /**
   * Takes a lock that one holder at a time has on the database, and that ends with the process at the latest. A file of SQLite belongs
   * to one process, so there it is kept in memory.
   * @returns how to let go of it; `undefined` while another has it
   */
  async lock(name: number): Promise<(() => Promise<void>) | undefined> {
    if (this.#held.has(name)) return undefined;
    this.#held.add(name);
    const letGo = async (): Promise<void> => void this.#held.delete(name);
    if (!this.#isPostgres) return letGo;
    const unlock = await this.read((manager) => lockSession(manager.connection, name)).catch(async (error: unknown) => {
      await letGo();
      throw error;
    });
    if (!unlock) await letGo();
    return unlock && (() => unlock().finally(letGo));
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

/** A lock of PostgreSQL that a connection holds, which does nothing else. */
async function lockSession(dataSource: DataSource, name: number): Promise<(() => Promise<void>) | undefined> {
  const runner = dataSource.createQueryRunner();
  const [answer] = await runner.manager.query<{ taken: boolean }[]>('SELECT pg_try_advisory_lock($1) AS taken', [name]);
  if (!answer?.taken) {
    await runner.release();
    return undefined;
  }
  return async () => {
    // On a connection that broke, nothing is left to unlock.
    await runner.query('SELECT pg_advisory_unlock($1)', [name]).catch(() => undefined);
    await runner.release();
  };
}

/** Fails where nothing is left to undo: the connection is gone, the disk is full, or the transaction never began. */
async function rollBack(runner: QueryRunner): Promise<void> {
  await runner.query('ROLLBACK').catch(() => undefined);
}
