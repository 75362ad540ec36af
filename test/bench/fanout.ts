import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AppDocument } from '@heddle/calc';
import { ensureCellStreams, StatePublisher, stateSubject, StateWatch } from '@heddle/cell-protocol';
import { ensureLogStream } from '@heddle/event-log';
import { connectNats, nowMs, startNatsServer, type NatsServer } from '@heddle/platform';
import { appName, SimulatedAgents } from './fanout/simulated-agents';
import { cpuMsOf } from './policy-api/cpu-time';
import { print, rounded, summary } from './summary';

/**
 * What a change costs when many cells listen, and how long a cell needs to know what is stored. Agents have real connections and
 * real subscriptions, and simulated kernels; the publisher beats as a control plane does. `--agents=250,1000` and `--policies=10000` choose other sizes.
 */
const AGENTS = sizes('agents', [250, 1_000, 4_000]);
const POLICIES = sizes('policies', [10_000, 100_000, 1_000_000]);
const APPS_PER_AGENT = 200;
/** Instances of an app, each on another cell: so a change concerns as many cells, however many there are. */
const INSTANCES = 4;
const CHANGES = 500;
/** A change each so often. */
const PAUSE_MS = 20;
const IDLE_MS = 5_000;
const POLICIES_PER_APP = 10;
const SYNCS = 15;
/** Before the first change: the documents of the start. */
const FIRST_REV = 1_000;

interface Parts {
  readonly server: NatsServer;
  readonly control: Awaited<ReturnType<typeof connectNats>>;
}

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-fanout-'));
  const server = await startNatsServer({ dataDir });
  const control = await connectNats({ servers: server.url, ...server.users.control, name: 'bench' });
  try {
    await ensureLogStream(control);
    await ensureCellStreams(control);
    for (const count of AGENTS) print(await fanOut({ server, control }, count));
    for (const policies of POLICIES) print(await startUp({ server, control }, policies));
  } finally {
    await control.close();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function fanOut({ server, control }: Parts, count: number): Promise<Record<string, unknown>> {
  const apps = (count * APPS_PER_AGENT) / INSTANCES;
  const cell = { url: server.url, ...server.users.cell };
  const agents = await SimulatedAgents.start(count, { ...cell, appsPerAgent: APPS_PER_AGENT, apps });
  const publisher = await StatePublisher.open(control);
  try {
    publisher.beginToBeat(() => {
      throw new Error('the documents that were published are gone');
    });
    const first = Math.max(FIRST_REV, publisher.publishedUpTo) + 1;
    await sleep(IDLE_MS);
    const idleFrom = await cpuMsOf(server.pid());
    await sleep(IDLE_MS);
    const idlePerMs = ((await cpuMsOf(server.pid())) - idleFrom) / IDLE_MS;
    const committed = new Map<number, number>();
    const begun = { cpuMs: await cpuMsOf(server.pid()), atMs: nowMs() };
    for (let rev = first; rev < first + CHANGES; rev++) {
      const app = appName((rev * 7_919) % apps);
      committed.set(rev, nowMs());
      publisher.publish({
        seq: rev,
        documents: [{ subject: stateSubject.app(app), render: (newest) => document(app, newest) }],
      });
      await sleep(PAUSE_MS);
    }
    const cpuMs = (await cpuMsOf(server.pid())) - begun.cpuMs - idlePerMs * (nowMs() - begun.atMs);
    await sleep(1_000);
    const last = new Map<number, { atMs: number; cells: number }>();
    for (const [rev, atMs] of await agents.enforced()) {
      const known = last.get(rev) ?? { atMs, cells: 0 };
      last.set(rev, { atMs: Math.max(known.atMs, atMs), cells: known.cells + 1 });
    }
    const latencies: number[] = [];
    for (const [rev, atMs] of committed) {
      const heard = last.get(rev);
      if (heard?.cells !== INSTANCES)
        throw new Error(`change ${rev} reached ${heard?.cells ?? 0} cells of ${INSTANCES}`);
      latencies.push(heard.atMs - atMs);
    }
    return {
      ...{ name: 'fanout', agents: count, apps_per_agent: APPS_PER_AGENT, changes: CHANGES },
      ...summary('commit_to_last_', latencies),
      server_cpu_ms_per_change: rounded(cpuMs / CHANGES),
      server_idle_cpu_percent: rounded(idlePerMs * 100),
    };
  } finally {
    await publisher.close();
    await agents.stop();
  }
}

async function startUp({ server, control }: Parts, policies: number): Promise<Record<string, unknown>> {
  const apps = policies / POLICIES_PER_APP;
  const stream = control.jetstream();
  for (let from = 0; from < apps; from += 500)
    await Promise.all(
      Array.from({ length: Math.min(500, apps - from) }, (_, i) => {
        const app = appName(from + i);
        return stream.publish(stateSubject.app(app), JSON.stringify(document(app, 1)), { timeout: 30_000 });
      }),
    );
  const syncs: number[] = [];
  for (let i = 0; i < SYNCS; i++) {
    const connection = await connectNats({
      ...{ servers: server.url, ...server.users.cell },
      ...{ name: 'one agent', inboxPrefix: '_INBOX_CELL' },
    });
    let known = 0;
    const begunMs = nowMs();
    const watch = new StateWatch(connection, { ...deaf, appChanged: () => known++ });
    const mine = Array.from({ length: APPS_PER_AGENT }, (_, n) => appName((i * 977 + n * 31) % apps));
    await Promise.all(mine.map((app) => watch.watchApp(app)));
    syncs.push(nowMs() - begunMs);
    if (known < Math.min(APPS_PER_AGENT, apps)) throw new Error(`only ${known} documents came`);
    await watch.close();
    await connection.close();
  }
  return { name: 'start-up sync', policies, apps_per_agent: APPS_PER_AGENT, ...summary('', syncs) };
}

const deaf = {
  leaseChanged: () => undefined,
  spaceChanged: () => undefined,
  verified: () => undefined,
  malformed: () => undefined,
  cutOff: () => undefined,
  caughtUp: () => undefined,
};

function document(app: string, rev: number): AppDocument {
  const tags = Array.from({ length: POLICIES_PER_APP }, (_, i) => 100 + i);
  return { app, rev, tag: 7, inbound: [{ protocol: 'tcp', start: 8080, end: 8080, tags }] };
}

function sizes(name: string, usual: readonly number[]): readonly number[] {
  const given = process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1];
  return given === undefined ? usual : given.split(',').filter(Boolean).map(Number);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
