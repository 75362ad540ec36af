import { policyKey, type Policy } from '@heddle/domain';
import type { Change } from '../api/schemas';

/** The policies there are, by {@link policyKey}. */
export type Allowances = ReadonlyMap<string, Policy>;

export function allowancesOf(policies: readonly Policy[]): Allowances {
  return new Map(policies.map((policy) => [policyKey(policy), policy]));
}

/** The policies after a change. */
export function allowancesAfter(allowances: Allowances, { what }: Change): Allowances {
  if (what.kind !== 'policies') return allowances;
  const after = new Map(allowances);
  for (const policy of what.removed) after.delete(policyKey(policy));
  for (const policy of what.added) after.set(policyKey(policy), policy);
  return after;
}
