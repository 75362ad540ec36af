import { CniCells } from '../support/cni-cells';
import { runPlugin } from '../support/cni-plugin';
import type { CniRuntime } from '../support/cni-runtime';
import { until } from '../support/processes';
import { cpuMsOf, cpuMsOfEndedChildren } from './policy-api/cpu-time';
import { print, quantile, rounded, summary } from './summary';

/**
 * How long a container runtime waits for `heddle-cni`: ADD and DEL one by one and many at once, with so many containers on the cell
 * already and with a security group of a thousand rules or none, how much of that is the start of the process alone (VERSION does nothing else), and how much CPU time an ADD takes: of the
 * plugin, of the agent, and of the commands that the agent starts. That says the same on a machine that does other things as well.
 */
const HELD = [0, 100, 250];
const ONE_BY_ONE = 30;
/** Whose CPU time is told apart. */
const CPU_OF = ['plugin', 'agent', 'commands'];
const AT_ONCE = 20;
const ROUNDS_AT_ONCE = 3;
/** A security group of all spaces with so many rules: containers must start as they do without. */
const RULES = 1_000;
/** A /24 has no room for the most of them and as many at once. */
const SETTINGS = { HEDDLE_OVERLAY_BLOCK_PREFIX: '22' };
/** Containers that are only there are put there in groups, so that no command of a group waits for all the others. */
const GROUP = 10;

async function main(): Promise<void> {
  const world = await CniCells.start('bcni', SETTINGS);
  try {
    const runtime = await world.cell(1);
    let held = 0;
    for (const wanted of HELD) {
      for (; held < wanted; held += GROUP) await Promise.all(range(GROUP).map((n) => hold(runtime, held + n)));
      for (const rules of [0, RULES]) {
        await putGroup(world, rules, wanted > 0 ? runtime : null);
        print({ rules, ...(await measure(runtime, wanted)) });
      }
    }
  } finally {
    await world.stop();
  }
}

/** Waits until the group is in the kernel, where there is a container that it is about. */
async function putGroup(world: CniCells, count: number, runtime: CniRuntime | null): Promise<void> {
  const rules = range(count).map((i) => ({ protocol: 'tcp', destination: `10.${i >> 8}.${i & 255}.1`, ports: '443' }));
  await world.putGroup('all', { rules, runningDefault: true });
  const isThere = (): boolean => runtime?.cell.run('nft list table ip heddle').includes('10.3.231.1') ?? count > 0;
  await until('the group is in the kernel', () => Promise.resolve(isThere() === count > 0));
}

async function hold(runtime: CniRuntime, n: number): Promise<void> {
  const netns = runtime.namespace(`held${n}`).path;
  const container = { handle: `held${n}`, app: `app-${n % 20}`, index: n, netns };
  await runtime.cell.agent.add({ ...container, workload: 'app' });
}

async function measure(runtime: CniRuntime, containers: number): Promise<Record<string, unknown>> {
  const start: number[] = [];
  const cpu: number[] = [];
  const single = { ADD: [] as number[], DEL: [] as number[] };
  for (let i = 0; i < ONE_BY_ONE; i++) {
    start.push((await runPlugin('VERSION', runtime.network)).ms);
    const before = await cpuMs(runtime);
    single.ADD.push(await timed(runtime, 'ADD', 'one'));
    (await cpuMs(runtime)).forEach((ms, i) => (cpu[i] = (cpu[i] ?? 0) + ms - (before[i] ?? 0)));
    single.DEL.push(await timed(runtime, 'DEL', 'one'));
  }
  const many = { ADD: [] as number[], DEL: [] as number[] };
  for (let round = 0; round < ROUNDS_AT_ONCE; round++)
    for (const command of ['ADD', 'DEL'] as const)
      many[command].push(...(await Promise.all(range(AT_ONCE).map((n) => timed(runtime, command, `many${n}`)))));
  return {
    containers,
    ...summary('add_', single.ADD),
    ...summary('del_', single.DEL),
    ...summary(`add_${AT_ONCE}_at_once_`, many.ADD),
    ...summary(`del_${AT_ONCE}_at_once_`, many.DEL),
    ...summary('start_', start),
    ...Object.fromEntries(CPU_OF.map((what, i) => [`add_cpu_${what}_ms`, rounded((cpu[i] ?? NaN) / ONE_BY_ONE)])),
    start_share_of_add: rounded(quantile(start, 0.5) / quantile(single.ADD, 0.5)),
  };
}

/** CPU time so far, of each in {@link CPU_OF}. */
async function cpuMs({ cell }: CniRuntime): Promise<number[]> {
  const agent = cell.pid as number;
  return Promise.all([cpuMsOfEndedChildren(process.pid), cpuMsOf(agent), cpuMsOfEndedChildren(agent)]);
}

async function timed(runtime: CniRuntime, command: 'ADD' | 'DEL', id: string): Promise<number> {
  runtime.namespace(id);
  const { exitCode, answer, ms } = await runtime.ask(command, id, { config: { metadata: { app_id: 'app-0' } } });
  if (exitCode !== 0) throw new Error(`${command} ${id}: ${JSON.stringify(answer)}`);
  return ms;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
