import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AgentClient, processesIn, readLab } from '@heddle/lab';
import { NetworkNamespace, RunningHeddle } from '@heddle/testing';
import { policiesBody, POLICIES, wirePolicy } from '../support/policies';
import { cpuMsOf } from './policy-api/cpu-time';

/**
 * What the real agent of a cell of the lab needs: resident memory, and CPU while nothing changes, with 20 and with 200 apps on the
 * cell and as many policies as make 10 000 elements in the kernel.
 */
const APPS = [20, 200];
const ELEMENTS = 10_000;
/** The comparison of the overlay with the kernel comes once in it, on average. */
const IDLE_MS = 60_000;
/** What the work before has left is collected meanwhile, once, which the runtime does by itself after half a minute without work. */
const SETTLE_MS = 60_000;
const PER_REQUEST = 2_000;

async function main(): Promise<void> {
  for (const apps of APPS) print(await measure(apps));
}

async function measure(apps: number): Promise<Record<string, unknown>> {
  const heddle = await RunningHeddle.start({ HEDDLE_LAB: 'on' });
  const namespaces: NetworkNamespace[] = [];
  try {
    const cell = (await readLab())?.cells[0];
    if (!cell) throw new Error('there is no lab');
    const agent = new AgentClient(cell.socket);
    const pid = (await processesIn(cell.namespace)).find((each) =>
      readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('cell-agent'),
    );
    if (pid === undefined) throw new Error(`${cell.cell} has no agent`);
    const started = memoryOf(pid);
    const policies = Array.from({ length: ELEMENTS }, (_, i) =>
      wirePolicy(`from-${Math.floor(i / apps)}`, `app-${i % apps}`),
    );
    for (let at = 0; at < policies.length; at += PER_REQUEST) {
      const body = policiesBody(...policies.slice(at, at + PER_REQUEST));
      const { status } = await heddle.request('POST', POLICIES, body);
      if (status !== 200) throw new Error(`the policies were answered with ${status}`);
    }
    for (let i = 0; i < apps; i++) {
      const namespace = NetworkNamespace.create(`heddle-bench-agent-${i}`);
      namespaces.push(namespace);
      await agent.add({ handle: `bench-${i}`, app: `app-${i}`, index: 0, netns: namespace.path });
    }
    await sleep(SETTLE_MS);
    const [cpuFrom, begunMs] = [await cpuMsOf(pid), performance.now()];
    await sleep(IDLE_MS);
    const idle = ((await cpuMsOf(pid)) - cpuFrom) / (performance.now() - begunMs);
    const { residentMib, anonymousMib } = memoryOf(pid);
    return {
      ...{ name: 'agent', apps, elements: ELEMENTS },
      ...{ started_mib: started.residentMib, resident_mib: residentMib, anonymous_mib: anonymousMib },
      idle_cpu_percent: Math.round(idle * 10_000) / 100,
    };
  } finally {
    await heddle.stop();
    for (const namespace of namespaces) namespace.delete();
  }
}

/** All that is resident, and what of it is no file that other processes share. */
function memoryOf(pid: number): { readonly residentMib: number; readonly anonymousMib: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 102.4) / 10;
  return { residentMib: mib('VmRSS'), anonymousMib: mib('RssAnon') };
}

function print(result: Record<string, unknown>): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else
    console.log(
      `${Object.entries(result)
        .map(([name, value]) => `${name.padEnd(20)} ${String(value)}`)
        .join('\n')}\n`,
    );
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
