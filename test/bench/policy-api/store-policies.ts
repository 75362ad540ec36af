import { POLICIES, policiesBody, type wirePolicy } from '../../support/policies';
import type { HttpClient } from './http-client';

const PER_BATCH = 2_000;

/** Brings the number of stored policies up to this, in batches. @param policy the n-th of them, from 0 */
export async function storePolicies(
  client: HttpClient,
  wanted: number,
  policy: (n: number) => ReturnType<typeof wirePolicy>,
): Promise<void> {
  const { total_policies: held } = JSON.parse(await client.get(POLICIES)) as { total_policies: number };
  for (let from = held; ; from += PER_BATCH) {
    // Changes are read once the tables hold all of them, so that what is measured next does not pay for it.
    await client.get('/api/v1/changes?app=nobody');
    if (from >= wanted) return;
    const batch = Array.from({ length: Math.min(PER_BATCH, wanted - from) }, (_, i) => policy(from + i));
    await client.post(POLICIES, JSON.stringify(policiesBody(...batch)));
  }
}
