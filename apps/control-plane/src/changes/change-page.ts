import { LOG_CURSOR, type Change, type ChangeFilter } from '@heddle/read-model';
import type { Core } from '../core/core';

/** Some changes, the newest first. */
export interface ChangePage {
  readonly changes: readonly Change[];
  /** What to give as `before` for the next page; `null` on the last one. */
  readonly next: number | null;
}

/** So many changes are looked at for a page where no index finds them; then it ends, however little it has found. */
const MOST_LOOKED_AT = 50_000;

/** One page of changes out of the tables, with everything in it that this process has seen. */
export async function changePage(
  { sql, readModel }: Pick<Core, 'sql' | 'readModel'>,
  limit: number,
  filter: Omit<ChangeFilter, 'limit' | 'fromSeq'>,
): Promise<ChangePage> {
  await sql.caughtUp();
  const fromSeq = await lookedAtFrom(readModel, filter);
  const found = await readModel.listChanges({ ...filter, fromSeq, limit: limit + 1 });
  const changes = found.slice(0, limit);
  if (found.length > limit) return { changes, next: changes.at(-1)?.seq ?? null };
  return { changes, next: fromSeq > 1 ? fromSeq : null };
}

async function lookedAtFrom(
  readModel: Core['readModel'],
  { actor, type, reason, beforeSeq }: Omit<ChangeFilter, 'limit' | 'fromSeq'>,
): Promise<number> {
  if (actor === undefined && type === undefined && reason === undefined) return 1;
  const end = (await readModel.cursor(LOG_CURSOR)) + 1;
  return Math.max(1, Math.min(beforeSeq ?? end, end) - MOST_LOOKED_AT);
}
