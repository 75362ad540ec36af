import { setTimeout as delay } from 'node:timers/promises';
import { InternalClient } from '../../support/internal-client';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../../support/policies';
import { summary } from '../summary';
import { cpuMsOf } from './cpu-time';
import type { MeasuredControlPlane } from './measured-control-plane';
import { PollingCells, type PollCounts } from './polling-cells';
import { storePolicies } from './store-policies';

/** Cloud Foundry's documented scale: 20 000 apps and 60 000 policies. */
const APPS = 20_000;
const POLICIES_STORED = 60_000;
const CELLS = 1_000;
const APPS_PER_CELL = APPS / CELLS;
const POLL_INTERVAL_MS = 5_000;

const APPS_OF_ONE = 100;
const INTERNAL_LISTS = 300;

const WARM_UP_MS = POLL_INTERVAL_MS;
const MEASURED_MS = 20_000;

/** How long a cell with 100 apps waits for its policies, which are 600 of 60 000, over a connection with mutual TLS. */
export async function measureInternalList(plane: MeasuredControlPlane): Promise<Record<string, number>> {
  await storePolicies(plane.client, POLICIES_STORED, storedPolicy);
  const cell = new InternalClient(plane.process.internalUrl, plane.ca, plane.cell);
  const ms: number[] = [];
  const cpuMs = await cpuMsOf(plane.process.pid);
  for (let i = 0; i < INTERNAL_LISTS; i++) {
    const apps = Array.from({ length: APPS_OF_ONE }, (_, n) => app(i * APPS_OF_ONE + n));
    const at = performance.now();
    await cell.get(`policies?id=${apps.join(',')}`);
    ms.push(performance.now() - at);
  }
  const cpuUs = ((await cpuMsOf(plane.process.pid)) - cpuMs) * (1000 / INTERNAL_LISTS);
  cell.close();
  return { ...summary('internal_list_100_apps_', ms), internal_list_100_apps_cpu_us: Math.round(cpuUs) };
}

/** Which share of one core the control plane needs for 1 000 cells that poll every 5 s, each over a connection of its own. */
export async function measurePolling(plane: MeasuredControlPlane): Promise<Record<string, number>> {
  await storePolicies(plane.client, POLICIES_STORED, storedPolicy);
  const apps = Array.from({ length: CELLS }, (_, cell) =>
    Array.from({ length: APPS_PER_CELL }, (_, n) => app(cell * APPS_PER_CELL + n)),
  );
  const { ca, cell: certificate } = plane;
  const cells = await PollingCells.start({
    ...{ url: plane.process.internalUrl, ca, certificate, apps, intervalMs: POLL_INTERVAL_MS },
  });
  try {
    await cells.everyoneAskedTwice();
    const quiet = await share(plane, cells);
    const stop = new AbortController();
    const changing = changeEverySecond(plane, stop.signal);
    await delay(WARM_UP_MS);
    const changed = await share(plane, cells);
    stop.abort();
    await changing;
    return { ...named('polling_no_change', quiet), ...named('polling_change_a_second', changed) };
  } finally {
    cells.stop();
  }
}

interface Share {
  readonly cpuPercent: number;
  readonly counts: PollCounts;
  readonly seconds: number;
}

async function share({ process }: MeasuredControlPlane, cells: PollingCells): Promise<Share> {
  const at = performance.now();
  const cpuBefore = await cpuMsOf(process.pid);
  const before = await cells.counts();
  await delay(MEASURED_MS);
  const cpuMs = (await cpuMsOf(process.pid)) - cpuBefore;
  const after = await cells.counts();
  const counts = { polls: after.polls - before.polls, lists: after.lists - before.lists };
  const tookMs = performance.now() - at;
  return { cpuPercent: (100 * cpuMs) / tookMs, counts, seconds: tookMs / 1000 };
}

function named(name: string, { cpuPercent, counts, seconds }: Share): Record<string, number> {
  return {
    [`${name}_cpu_percent`]: Math.round(cpuPercent * 10) / 10,
    [`${name}_polls_per_s`]: Math.round(counts.polls / seconds),
    [`${name}_lists_per_s`]: Math.round(counts.lists / seconds),
  };
}

async function changeEverySecond({ client }: MeasuredControlPlane, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify(policiesBody(wirePolicy(app(0), app(1), 1)));
  for (let n = 0; !signal.aborted; n++) {
    await client.post(n % 2 === 0 ? POLICIES : DELETE, body);
    await delay(1_000, undefined, { signal }).catch(() => {});
  }
}

/** Each app may talk to three others, far from it. */
function storedPolicy(n: number) {
  return wirePolicy(app(n % APPS), app((n % APPS) * 7 + 1 + Math.floor(n / APPS)), 8080);
}

/** A GUID, as Cloud Foundry's apps have. */
function app(n: number): string {
  return `00000000-0000-4000-8000-${String(n % APPS).padStart(12, '0')}`;
}
