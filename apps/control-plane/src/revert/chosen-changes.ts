import type { PoliciesChanged } from '@heddle/domain';
import type { Change } from '@heddle/read-model';
import type { Core } from '../core/core';
import { BadRequest } from '../http/problem';
import { asOf } from '../past/as-of';
import type { NamedMoment } from '../past/past-query';

const PAGE = 200;
/** More are better undone in parts. */
const MOST_CHANGES = 1_000;

/** Whose changes, or those of which request, and since when. */
export interface Choice {
  readonly actor?: string;
  readonly correlationId?: string;
  readonly since: NamedMoment;
}

/**
 * One change that is to be undone.
 * @throws {BadRequest} when there is no such change, or it is of a kind that cannot be undone.
 */
export async function oneChange({ sql, readModel }: Pick<Core, 'sql' | 'readModel'>, seq: number): Promise<Change[]> {
  await sql.caughtUp();
  const change = await readModel.change(seq);
  if (!change) throw new BadRequest('no-such-change', `there is no change ${seq}`, 404);
  if (isRevertible(change)) return [change];
  const why = `change ${seq} is ${change.type}, and only changes of policies (policies-changed) can be undone`;
  throw new BadRequest('not-revertible', why, 409);
}

/**
 * The changes of policies by somebody or for some request since a moment, the newest first.
 * @throws {BadRequest} when they are more than a thousand, or there is no such moment.
 */
export async function manyChanges(
  core: Pick<Core, 'sql' | 'readModel'>,
  { since, ...whose }: Choice,
): Promise<Change[]> {
  const { seq } = await asOf(core, since);
  // A time stands for the newest change before it.
  const fromSeq = 'seq' in since ? seq : seq + 1;
  const found: Change[] = [];
  for (let beforeSeq: number | undefined; ;) {
    const filter = { ...whose, fromSeq, type: 'policies-changed', limit: PAGE };
    const page = await core.readModel.listChanges({ ...filter, ...(beforeSeq !== undefined && { beforeSeq }) });
    found.push(...page.filter(isRevertible));
    if (found.length > MOST_CHANGES)
      throw new BadRequest('too-much-to-revert', `since: these are more than ${MOST_CHANGES} changes: begin later`);
    if (page.length < PAGE) return found;
    beforeSeq = page.at(-1)?.seq;
  }
}

function isRevertible({ type }: Change): boolean {
  return type === 'policies-changed.v1';
}

/** The policies that a change touched, each as often as it says. */
export function policiesOf({ data }: Change) {
  const { added, removed, terms = [] } = data as PoliciesChanged;
  return [...added, ...removed, ...terms.map(({ policy }) => policy)];
}
