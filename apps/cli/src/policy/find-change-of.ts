import type { ApiClient } from '../api/api-client';
import { effectOf, type Policy } from '../api/effect';
import type { Change } from '../api/schemas';

/** Others may change policies of the same app at the same moment, but hardly so many between two requests. */
const LOOKED_AT = 50;

/**
 * The newest change that added or removed a policy. The policy routes are Cloud Foundry's and do not say which change a
 * request became, or that it changed nothing since the policy stood (or was gone) already.
 * @returns without such a change among the newest of the destination, the newest of those: when that is in force, so is
 * everything before it. Undefined when there is none.
 */
export async function findChangeOf(
  api: Pick<ApiClient, 'listChanges'>,
  verb: 'add' | 'remove',
  policy: Policy,
): Promise<Change | undefined> {
  const { changes } = await api.listChanges({ app: policy.destination, limit: LOOKED_AT });
  return changes.find((change) => hasIn(change, verb, policy)) ?? changes[0];
}

function hasIn(change: Change, verb: 'add' | 'remove', policy: Policy): boolean {
  const effect = effectOf(change);
  if (effect.kind !== 'policies') return false;
  return (verb === 'add' ? effect.added : effect.removed).some((candidate) => isSame(candidate, policy));
}

function isSame(a: Policy, b: Policy): boolean {
  return (
    a.source === b.source &&
    a.destination === b.destination &&
    a.protocol === b.protocol &&
    a.start === b.start &&
    a.end === b.end
  );
}
