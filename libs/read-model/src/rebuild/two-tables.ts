import type { EntityManager, EntityMetadata } from 'typeorm';
import type { RowsFound, TableComparison } from '../read-model';
import { STILL } from '../sequence';
import { tableIn, type TableOfTheLog } from './tables-of-the-log';

/** In which schema the tables are that are in use, and in which those that are right. */
export interface Schemas {
  readonly held: string;
  readonly right: string;
}

/** Changes from one to another, both included. */
export interface Stretch {
  readonly first: number;
  readonly last: number;
}

/** What is known of two tables from before: up to which change they were compared, and where they differed then. */
export interface Ahead {
  readonly upTo: number;
  readonly differing?: Stretch;
}

/** So many rows of each kind are named. */
const MOST_NAMED = 10;
const NONE: RowsFound = { count: 0, keys: [] };

/** Which rows of a table are looked at; the table goes by `a` where it is in use and by `b` where it is right. */
type Scope = (alias: 'a' | 'b') => string;

/** A table in use (`a`) and one that is right (`b`), for statements that see both. */
export class TwoTables {
  readonly name: string;
  private readonly metadata: EntityMetadata;
  private readonly held: string;
  private readonly right: string;
  private readonly sameKey: string;

  constructor(
    private readonly manager: EntityManager,
    private readonly table: TableOfTheLog,
    { held, right }: Schemas,
  ) {
    this.metadata = manager.connection.getMetadata(table.entity);
    this.name = this.metadata.tableName;
    [this.held, this.right] = [tableIn(held, this.metadata), tableIn(right, this.metadata)];
    this.sameKey = this.keyNames.map((name) => `a.${name} = b.${name}`).join(' AND ');
  }

  /**
   * Between which changes the rows differ that changes up to this one made, as they were behind it; `undefined` where they do not. Both
   * tables hold the log up to there, and the one in use may have gone on.
   */
  async differingUpTo(seq: number): Promise<Stretch | undefined> {
    const { since } = this.table;
    if (since === undefined) return { first: 0, last: STILL };
    const scope: Scope = (alias) => `${alias}."${since}" <= ${seq}`;
    const differs = this.differs(seq);
    if (await this.areEqual(scope, differs)) return undefined;
    const alone = (alias: 'a' | 'b', own: string, other: string) =>
      `SELECT ${alias}."${since}" AS seq FROM ${own} WHERE ${scope(alias)}
        AND NOT EXISTS (SELECT 1 FROM ${other} WHERE ${this.sameKey} AND NOT (${differs}))`;
    const [a, b] = [`${this.held} a`, `${this.right} b`];
    const [found] = await this.manager.query<{ first: string | number; last: string | number }[]>(
      `SELECT min(seq) AS first, max(seq) AS last FROM (${alone('a', a, b)} UNION ALL ${alone('b', b, a)}) AS differing`,
    );
    return { first: Number(found?.first), last: Number(found?.last) };
  }

  /** What differs. Of rows that were found to be the same before, only those are looked at that may have been touched since. */
  async comparison(ahead: Ahead): Promise<TableComparison> {
    const { name: table, held, right, sameKey } = this;
    const scope = this.scopeBehind(ahead);
    const differs = this.differs();
    if (await this.areEqual(scope, differs)) return { table, missing: NONE, extra: NONE, different: NONE };
    const [a, b] = [`${held} a`, `${right} b`];
    const isIn = `(${scope('a')} OR ${scope('b')})`;
    return {
      table,
      missing: await this.rows('b', `${b} WHERE ${scope('b')} AND NOT EXISTS (SELECT 1 FROM ${a} WHERE ${sameKey})`),
      extra: await this.rows('a', `${a} WHERE ${scope('a')} AND NOT EXISTS (SELECT 1 FROM ${b} WHERE ${sameKey})`),
      different: await this.rows('a', `${a} JOIN ${b} ON ${sameKey} WHERE ${isIn} AND (${differs})`),
    };
  }

  /** Makes the table in use the same as the right one, by the rows that differ alone: to copy all of them would take long. */
  async mend(ahead: Ahead): Promise<void> {
    const { held, right, sameKey } = this;
    const columns = this.metadata.columns.map(({ databaseName }) => `"${databaseName}"`).join();
    const scope = this.scopeBehind(ahead);
    await this.manager.query(`DELETE FROM ${held} AS a WHERE ${scope('a')}
      AND NOT EXISTS (SELECT 1 FROM ${right} b WHERE ${sameKey} AND NOT (${this.differs()}))`);
    // Not only of the rows looked at: what somebody altered may have seemed to be touched, and the row to put in its place does not.
    await this.manager.query(`INSERT INTO ${held} (${columns}) SELECT ${columns} FROM ${right} b
      WHERE NOT EXISTS (SELECT 1 FROM ${held} a WHERE ${sameKey})`);
  }

  /** As good as always they are, and that is found by one pass: as many rows are the same as there are in each. */
  private async areEqual(scope: Scope, differs: string): Promise<boolean> {
    const [a, b] = [`${this.held} a`, `${this.right} b`];
    const held = await this.count(`${a} WHERE ${scope('a')}`);
    if (held !== (await this.count(`${b} WHERE ${scope('b')}`))) return false;
    return held === (await this.count(`${a} JOIN ${b} ON ${this.sameKey} WHERE ${scope('a')} AND NOT (${differs})`));
  }

  private scopeBehind({ upTo, differing }: Ahead): Scope {
    const { since, until } = this.table;
    if (since === undefined) return () => 'true';
    return (alias) => {
      const parts = [`${alias}."${since}" > ${upTo}`];
      if (until !== undefined) parts.push(`(${alias}."${until}" > ${upTo} AND ${alias}."${until}" <> ${STILL})`);
      if (differing) parts.push(`${alias}."${since}" BETWEEN ${differing.first} AND ${differing.last}`);
      return `(${parts.join(' OR ')})`;
    };
  }

  /** A table that is nothing but its key has no rows that differ. @param asOf what a later change ended counts as what stands */
  private differs(asOf?: number): string {
    const { until } = this.table;
    const others = this.metadata.nonVirtualColumns.filter(({ isPrimary }) => !isPrimary);
    const valueIn = (alias: 'a' | 'b', name: string) =>
      asOf !== undefined && name === until
        ? `CASE WHEN ${alias}."${name}" <= ${asOf} THEN ${alias}."${name}" END`
        : `${alias}."${name}"`;
    return (
      others
        .map(({ databaseName: name }) => `${valueIn('a', name)} IS DISTINCT FROM ${valueIn('b', name)}`)
        .join(' OR ') || '1 = 0'
    );
  }

  private async rows(alias: 'a' | 'b', from: string): Promise<RowsFound> {
    const count = await this.count(from);
    if (count === 0) return NONE;
    const key = this.keyNames.map((name) => `${alias}.${name}`).join();
    const rows = await this.manager.query<object[]>(`SELECT ${key} FROM ${from} ORDER BY ${key} LIMIT ${MOST_NAMED}`);
    return { count, keys: rows.map((row) => Object.values(row).join(' ')) };
  }

  private async count(from: string): Promise<number> {
    const [counted] = await this.manager.query<{ n: string | number }[]>(`SELECT count(*) AS n FROM ${from}`);
    return Number(counted?.n);
  }

  private get keyNames(): string[] {
    return this.metadata.primaryColumns.map(({ databaseName }) => `"${databaseName}"`);
  }
}
