import { Pace } from '@heddle/platform';
import type { EntityManager } from 'typeorm';
import { isPostgres } from '../dialect';
import { STILL } from '../sequence';

/** Columns and their types. */
export type Columns = readonly { readonly column: string; readonly type: string }[];

/** Which rows are ended: those with a key that stand. */
export interface EndedRows {
  readonly table: string;
  readonly key: Columns;
  /** Where the end is. */
  readonly end: Columns[number];
}

/** So many rows are ended by one statement. */
const ROWS = 250;

/** Ends spans that stand, however many, each by the columns of its key and, behind them, its end; with a rest between portions. */
export async function endRows(
  manager: EntityManager,
  { table, key, end }: EndedRows,
  ended: readonly (readonly (string | number)[])[],
): Promise<void> {
  const onPostgres = isPostgres(manager);
  const member = (i: number, type: string) => `CAST(ended.value ->> ${i} AS ${type})`;
  const rows = onPostgres ? 'json_array_elements($1)' : 'json_each(?)';
  const matches = key.map(({ column, type }, i) => `"${table}"."${column}" = ${member(i, type)}`);
  const update = `UPDATE "${table}" SET "${end.column}" = ${member(key.length, end.type)} FROM ${rows} AS ended
    WHERE ${matches.join(' AND ')} AND "${table}"."${end.column}" = ${STILL}`;
  const pace = new Pace();
  for (let from = 0; from < ended.length; from += ROWS) {
    await manager.query(update, [JSON.stringify(ended.slice(from, from + ROWS))]);
    await pace.rest();
  }
}
