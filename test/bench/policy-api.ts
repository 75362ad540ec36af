import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';
import { quantile, summary } from './summary';

/**
 * The policy API over HTTP with keep-alive, against a control plane in a process of its own, with acknowledgements as durable as the
 * server gives them: creates one by one and with 16 clients, lists, each at several numbers of stored policies.
 */
const STORED = [0, 10_000, 60_000];
const CREATES = 2_000;
const LISTS = 200;
const PER_BATCH = 2_000;

async function main(): Promise<void> {
  const nats = await startTestNats();
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
  const server = await ControlPlaneProcess.start(nats, dataDir);
  const client = new Client(server.url, server.token);
  const result: Record<string, unknown> = { name: 'policy-api', n: CREATES };
  try {
    await creates(client, 500, 16, 'warm');
    await client.post(DELETE, await client.get(POLICIES));
    for (const stored of STORED) {
      await store(client, stored);
      for (const clients of [1, 16]) {
        const label = `create_${clients}_at_${stored}`;
        const { ms, perSecond } = await creates(client, CREATES, clients, label);
        Object.assign(result, { [`${label}_per_s`]: perSecond }, summary(`${label}_`, ms));
        await removeThose(client, label);
      }
      if (stored > 0) Object.assign(result, await lists(client, stored));
    }
    print(result);
  } finally {
    client.close();
    await server.stop();
    await nats.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Brings the number of stored policies up to this, in batches: 300 destinations with 200 sources each, at 60 000. */
async function store(client: Client, wanted: number): Promise<void> {
  const { total_policies: held } = JSON.parse(await client.get(POLICIES)) as { total_policies: number };
  for (let from = held; from < wanted; from += PER_BATCH) {
    const batch = Array.from({ length: Math.min(PER_BATCH, wanted - from) }, (_, i) => storedPolicy(from + i));
    await client.post(POLICIES, JSON.stringify(policiesBody(...batch)));
  }
}

function storedPolicy(n: number) {
  return wirePolicy(`source-${n % 200}`, `destination-${Math.floor(n / 200)}`, 8080);
}

async function creates(client: Client, count: number, clients: number, label: string) {
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
  return { ms, perSecond: Math.round(count / ((performance.now() - begun) / 1000)) };
}

/** Created policies spread over 200 destinations, as those of many apps do. */
const DESTINATIONS = Array.from({ length: 200 }, (_, n) => n);

function destinationOf(label: string, n: number): string {
  return `${label}-to-${n % DESTINATIONS.length}`;
}

async function removeThose(client: Client, label: string): Promise<void> {
  await client.post(
    DELETE,
    await client.get(`${POLICIES}?dest_id=${DESTINATIONS.map((n) => destinationOf(label, n)).join(',')}`),
  );
}

async function lists(client: Client, stored: number): Promise<Record<string, number>> {
  const timed = async (path: string, times: number): Promise<number[]> => {
    const ms: number[] = [];
    for (let i = 0; i < times; i++) {
      const at = performance.now();
      await client.get(path);
      ms.push(performance.now() - at);
    }
    return ms;
  };
  const one = await timed(`${POLICIES}?id=destination-7`, LISTS);
  const all = await timed(POLICIES, 15);
  return {
    ...summary(`list_one_at_${stored}_`, one),
    [`list_all_${stored}_p50_ms`]: Math.round(quantile(all, 0.5) * 1000) / 1000,
  };
}

/** HTTP with keep-alive, as light as it can be, so that the figures are the server's. */
class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  async get(path: string): Promise<string> {
    return this.send('GET', path);
  }

  async post(path: string, body: string): Promise<string> {
    return this.send('POST', path, body);
  }

  close(): void {
    this.agent.destroy();
  }

  private send(method: string, path: string, body?: string): Promise<string> {
    const { hostname, port } = new URL(this.url);
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const headers = { authorization: `bearer ${this.token}`, 'content-length': String(bytes?.length ?? 0) };
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, method, path, headers, agent: this.agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${method} ${path} answered ${response.statusCode}: ${text}`));
        });
      });
      sent.on('error', reject);
      sent.end(bytes);
    });
  }
}

function print(result: Record<string, unknown>): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(36)} ${String(value)}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
