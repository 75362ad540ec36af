import type { Change, ChangeFilter } from '@heddle/read-model';
import type { Core } from '../core/core';

/** Some changes, the newest first. */
export interface ChangePage {
  readonly changes: readonly Change[];
  /** What to give as `before` for the next page; `null` on the last one. */
  readonly next: number | null;
}

/** One page of changes out of the tables, with everything in it that this process has seen. */
export async function changePage(
  { sql, readModel }: Pick<Core, 'sql' | 'readModel'>,
  limit: number,
  filter: Omit<ChangeFilter, 'limit'>,
): Promise<ChangePage> {
  await sql.caughtUp();
  const found = await readModel.listChanges({ ...filter, limit: limit + 1 });
  const changes = found.slice(0, limit);
  return { changes, next: found.length > limit ? (changes.at(-1)?.seq ?? null) : null };
}
