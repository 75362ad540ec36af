import { DELETE, POLICIES, policiesBody, wirePolicy } from '../../support/policies';
import { quantile, summary } from '../summary';
import { cpuMsOf } from './cpu-time';
import type { HttpClient } from './http-client';
import type { MeasuredControlPlane } from './measured-control-plane';
import { storePolicies } from './store-policies';

const STORED_FOR_CREATES = [0, 10_000, 60_000];
const STORED_FOR_LISTS = [100, 1_000, 10_000, 60_000];
/** The rate of a run is the median of so many rounds. */
const ROUNDS = 3;
const CREATES_PER_ROUND = 2_000;
const LISTS_OF_ONE = 200;
const LISTS_OF_ALL = 15;

/** Creates per second, how long each takes, and how much CPU of the control plane and of this process, which is the client. */
export async function measureCreates({
  process: server,
  client,
}: MeasuredControlPlane): Promise<Record<string, number>> {
  const result: Record<string, number> = {};
  // What runs for the first time is compiled while it runs.
  for (const clients of [1, 16]) await creates(client, CREATES_PER_ROUND, clients, 'warm');
  await client.post(DELETE, await client.get(POLICIES));
  for (const stored of STORED_FOR_CREATES) {
    await storePolicies(client, stored, storedPolicy);
    for (const clients of [1, 16]) {
      const label = `create_${clients}_at_${stored}`;
      const rounds: { ms: number[]; perSecond: number; cpuUs: number; clientUs: number }[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const [cpuMs, clientMs] = [await cpuMsOf(server.pid), await cpuMsOf(process.pid)];
        const { ms, perSecond } = await creates(client, CREATES_PER_ROUND, clients, label);
        const usEach = (spentMs: number): number => spentMs * (1000 / CREATES_PER_ROUND);
        const [cpuUs, clientUs] = [await cpuMsOf(server.pid), await cpuMsOf(process.pid)];
        rounds.push({ ms, perSecond, cpuUs: usEach(cpuUs - cpuMs), clientUs: usEach(clientUs - clientMs) });
        await removeThose(client, label);
      }
      const median = (figure: (round: (typeof rounds)[number]) => number) =>
        Math.round(quantile(rounds.map(figure), 0.5));
      Object.assign(
        result,
        {
          [`${label}_per_s`]: median(({ perSecond }) => perSecond),
          [`${label}_cpu_us`]: median(({ cpuUs }) => cpuUs),
          [`${label}_client_cpu_us`]: median(({ clientUs }) => clientUs),
        },
        summary(
          `${label}_`,
          rounds.flatMap(({ ms }) => ms),
        ),
      );
    }
  }
  return result;
}

/** How long lists take: of the policies of one app, which are 200, and of everything. */
export async function measureLists({ client }: MeasuredControlPlane): Promise<Record<string, number>> {
  const result: Record<string, number> = {};
  for (const stored of STORED_FOR_LISTS) {
    await storePolicies(client, stored, storedPolicy);
    Object.assign(
      result,
      summary(`list_one_at_${stored}_`, await timed(client, `${POLICIES}?id=destination-0`, LISTS_OF_ONE)),
      summary(`list_all_${stored}_`, await timed(client, POLICIES, LISTS_OF_ALL)),
    );
  }
  return result;
}

/** 300 destinations with 200 sources each, at 60 000. */
function storedPolicy(n: number) {
  return wirePolicy(`source-${n % 200}`, `destination-${Math.floor(n / 200)}`, 8080);
}

async function creates(client: HttpClient, count: number, clients: number, label: string) {
  const ms: number[] = [];
  let next = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let n = next++; n < count; n = next++) {
        const body = JSON.stringify(policiesBody(wirePolicy(`${label}-${n % 50}`, destinationOf(label, n), 1 + n)));
        const at = performance.now();
        await client.post(POLICIES, body);
        ms.push(performance.now() - at);
      }
    }),
  );
  return { ms, perSecond: count / ((performance.now() - begun) / 1000) };
}

/** Created policies spread over 200 destinations, as those of many apps do. */
const DESTINATIONS = Array.from({ length: 200 }, (_, n) => n);

function destinationOf(label: string, n: number): string {
  return `${label}-to-${n % DESTINATIONS.length}`;
}

async function removeThose(client: HttpClient, label: string): Promise<void> {
  const destinations = DESTINATIONS.map((n) => destinationOf(label, n)).join(',');
  await client.post(DELETE, await client.get(`${POLICIES}?dest_id=${destinations}`));
}

async function timed(client: HttpClient, path: string, times: number): Promise<number[]> {
  const ms: number[] = [];
  for (let i = 0; i < times; i++) {
    const at = performance.now();
    await client.get(path);
    ms.push(performance.now() - at);
  }
  return ms;
}
