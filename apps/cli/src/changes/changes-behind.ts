import { UserError } from '@heddle/platform/errors';
import type { ApiClient, ChangeFilter } from '../api/api-client';
import type { Change } from '../api/schemas';

/** As many as the control plane gives at once. */
const PAGE = 500;

type List = Pick<ApiClient, 'listChanges'>;

/**
 * The changes behind one, the oldest first.
 * @param last the one; without it the newest changes are given that the filter lets through.
 * @throws {UserError} when the log is not the one any more that the change was in.
 */
export async function changesBehind(
  api: List,
  filter: Pick<ChangeFilter, 'app' | 'since' | 'limit'>,
  last: Change | undefined,
): Promise<Change[]> {
  if (!last) return (await api.listChanges(filter)).changes.toReversed();
  await requireSameLog(api, last);
  const found: Change[] = [];
  let before: number | null | undefined;
  while (before !== null) {
    const { changes, next } = await api.listChanges({ app: filter.app, before, limit: PAGE });
    const newer = changes.filter(({ seq }) => seq > last.seq);
    found.push(...newer);
    before = newer.length < changes.length ? null : next;
  }
  return found.reverse();
}

async function requireSameLog(api: List, { seq, hash }: Change): Promise<void> {
  const { changes } = await api.listChanges({ before: seq + 1, limit: 1 });
  if (changes[0]?.hash === hash) return;
  throw new UserError(
    'log-replaced',
    `the control plane has another log now, in which change ${seq} is not the one it was: follow the changes anew`,
  );
}
