import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestNats } from '@heddle/testing';
import { bigBodies } from '../support/big-bodies';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { DELETE, POLICIES } from '../support/policies';

/**
 * Batches of up to 10 MiB in one request, against a control plane in a process of its own: how long each phase takes, and the
 * longest that its event loop stood still meanwhile, as its own figure `nodejs_eventloop_lag_max_seconds` has it (each look at the
 * figures begins a new measurement). Phases: the request; until the tables have it (`stored`) and all documents are published
 * (`settled`); the list of all; the same for the removal.
 */
async function main(): Promise<void> {
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const result: Record<string, unknown> = { name: 'big-batch' };
  for (const { name, body, policies } of bigBodies()) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const nats = await startTestNats();
    const dataDir = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
    const server = await ControlPlaneProcess.start(nats, dataDir);
    try {
      const phase = async (label: string, work: () => Promise<void>): Promise<void> => {
        await stallMs(server);
        const at = performance.now();
        await work();
        const took = Math.round(performance.now() - at);
        if (process.env.HEDDLE_DEBUG) console.error(name, label, took);
        Object.assign(result, { [`${name}_${label}_ms`]: took, [`${name}_${label}_stall_ms`]: await stallMs(server) });
      };
      await phase('idle', () => settled(server));
      await phase('create', () => post(server, POLICIES, body));
      await phase('stored', () => stored(server));
      await phase('settled', () => settled(server));
      await phase('list', async () => {
        const { total_policies } = (await get(server, POLICIES)) as { total_policies: number };
        if (total_policies !== policies) throw new Error(`${total_policies} of ${policies} policies are listed`);
      });
      await phase('audit', async () => void (await get(server, '/api/v1/changes?limit=1')));
      await phase('delete', () => post(server, DELETE, body));
      await phase('deleted', () => stored(server));
      await phase('deleted_settled', () => settled(server));
    } finally {
      await server.stop();
      await nats.stop();
      await rm(dataDir, { recursive: true, force: true });
    }
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else for (const [figure, value] of Object.entries(result)) console.log(`${figure.padEnd(40)} ${String(value)}`);
}

async function post({ url, token }: ControlPlaneProcess, path: string, body: Buffer): Promise<void> {
  const headers = { authorization: `bearer ${token}` };
  const response = await fetch(new URL(path, url), { method: 'POST', headers, body: new Uint8Array(body) });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
}

async function get({ url, token }: ControlPlaneProcess, path: string): Promise<unknown> {
  const response = await fetch(new URL(path, url), { headers: { authorization: `bearer ${token}` } });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** Changes are read from the tables, once these hold all that was committed before. */
async function stored(server: ControlPlaneProcess): Promise<void> {
  await get(server, '/api/v1/changes?app=nobody');
}

/** Until the process has had nothing to do for a while: its processor time stands still. */
async function settled(server: ControlPlaneProcess): Promise<void> {
  for (let before = -1, now = 0; now - before > 0.05;) {
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
    now = await figure(server, 'process_cpu_seconds_total');
  }
}

/** The longest stall since the last call, in ms. */
async function stallMs(server: ControlPlaneProcess): Promise<number> {
  return Math.round((await figure(server, 'nodejs_eventloop_lag_max_seconds')) * 1000);
}

async function figure({ url }: ControlPlaneProcess, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const [, value] = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text) ?? [];
  if (value === undefined) throw new Error(`the control plane has no figure ${name}`);
  return Number(value);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
