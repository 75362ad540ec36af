import { CniCells } from '../support/cni-cells';
import { Guardian, type NetworkerEnd } from '../support/guardian';
import { print, quantile, rounded, summary } from './summary';

/**
 * How long Guardian waits for `heddle-garden-networker` with `heddle-cni` as its network: `up` and `down` one by one and many at once,
 * each `up` with two ports out of the pool, and how much of that is the start of the process alone (`--help` does nothing else).
 */
const ONE_BY_ONE = 30;
const AT_ONCE = 20;
const ROUNDS_AT_ONCE = 3;
const REQUEST = {
  Properties: { policy_group_id: 'app-0', app_id: 'app-0' },
  netin: [8080, 8081].map((container_port) => ({ host_port: 0, container_port })),
};

async function main(): Promise<void> {
  const world = await CniCells.start('bgdn');
  let guardian: Guardian | undefined;
  try {
    guardian = Guardian.on(await world.cell(1), 'bgdn');
    print(await measure(guardian));
  } finally {
    guardian?.stop();
    await world.stop();
  }
}

async function measure(guardian: Guardian): Promise<Record<string, unknown>> {
  const ids = Array.from({ length: AT_ONCE }, (_, n) => `many${n}`);
  for (const id of ['one', ...ids]) await guardian.container(id);
  const up = (id: string) => timed(() => guardian.up(id, REQUEST));
  const down = (id: string) => timed(() => guardian.down(id));
  const start: number[] = [];
  const single = { up: [] as number[], down: [] as number[] };
  const many = { up: [] as number[], down: [] as number[] };
  for (let i = 0; i < ONE_BY_ONE; i++) {
    start.push(await timed(() => guardian.run(['--help']), 1));
    single.up.push(await up('one'));
    single.down.push(await down('one'));
  }
  for (let round = 0; round < ROUNDS_AT_ONCE; round++) {
    many.up.push(...(await Promise.all(ids.map(up))));
    many.down.push(...(await Promise.all(ids.map(down))));
  }
  return {
    ...summary('up_', single.up),
    ...summary('down_', single.down),
    ...summary(`up_${AT_ONCE}_at_once_`, many.up),
    ...summary(`down_${AT_ONCE}_at_once_`, many.down),
    ...summary('start_', start),
    start_share_of_up: rounded(quantile(start, 0.5) / quantile(single.up, 0.5)),
  };
}

async function timed(run: () => Promise<NetworkerEnd>, wanted = 0): Promise<number> {
  const begunMs = performance.now();
  const { exitCode, stderr } = await run();
  const ms = performance.now() - begunMs;
  if (exitCode !== wanted) throw new Error(stderr);
  return ms;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
