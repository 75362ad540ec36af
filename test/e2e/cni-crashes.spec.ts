import { setTimeout as delay } from 'node:timers/promises';
import { describeAsRoot } from '@heddle/testing';
import { Random } from '../conformance/fuzz/random';
import { CniCells } from '../support/cni-cells';
import type { CniRuntime } from '../support/cni-runtime';
import { DeadlyCommands } from '../support/deadly-commands';

const LONG_MS = 300_000;
/** `CNI_SEED=<n>` repeats a run, and `CNI_STEPS=2000` makes a long one. */
const SEED = Number(process.env.CNI_SEED ?? 20_261_125);
const STEPS = Number(process.env.CNI_STEPS ?? 200);
const NOTHING = { links: [], senders: [], records: [] };

describeAsRoot('an agent that dies while containers come and go', () => {
  let world: CniCells;
  let runtime: CniRuntime;
  const deadly = new DeadlyCommands();

  beforeAll(async () => {
    world = await CniCells.start('hcrash');
    runtime = await world.cell(1, { PATH: deadly.path });
  }, LONG_MS);
  afterAll(async () => {
    await world?.stop();
    deadly.remove();
  }, LONG_MS);

  /** What is in the kernel and in the agent's record: the same addresses, if nothing leaks. */
  const found = async () => {
    const records = (await runtime.cell.agent.list()).map(({ address }) => address).sort();
    return { ...runtime.inKernel(), records };
  };
  const nothingLeaks = async () => {
    const { links, senders, records } = await found();
    const named = records.map(
      (address) =>
        `s-${address
          .split('.')
          .map((octet) => octet.padStart(3, '0'))
          .join('')}`,
    );
    expect({ links, senders }).toEqual({ links: named.sort(), senders: records });
  };
  const restart = async () => {
    await runtime.cell.stop('SIGKILL');
    await runtime.cell.start();
  };

  it.each([
    ['before', 'link add s-'],
    ['after', 'link add s-'],
    ['before', 'link set lo up'],
    ['after', 'route replace default'],
    ['before', 'addr add 169.254.0.1'],
    ['after', 'addr add 169.254.0.1'],
  ] as const)(
    '%s `%s` of an ADD: asked again it is done, and DEL leaves nothing',
    async (when, words) => {
      for (const next of ['ADD', 'DEL'] as const) {
        deadly.die(when, words);
        expect(await runtime.ask('ADD', 'web')).toMatchObject({ exitCode: 1, answer: { code: 11 } });
        expect(deadly.isPending).toBe(false);
        await restart();
        if (next === 'ADD') {
          expect(await runtime.ask('ADD', 'web')).toMatchObject({ exitCode: 0 });
          expect(await runtime.ask('CHECK', 'web')).toMatchObject({ exitCode: 0 });
          expect((await found()).records).toHaveLength(1);
          await nothingLeaks();
        }
        expect(await runtime.ask('DEL', 'web')).toMatchObject({ exitCode: 0 });
        expect(await found()).toEqual(NOTHING);
      }
    },
    LONG_MS,
  );

  it.each(['before', 'after'] as const)(
    '%s the link of a DEL is deleted: asked again it is done, and leaves nothing',
    async (when) => {
      expect(await runtime.ask('ADD', 'web')).toMatchObject({ exitCode: 0 });
      deadly.die(when, 'link delete dev s-');
      expect(await runtime.ask('DEL', 'web')).toMatchObject({ exitCode: 1, answer: { code: 11 } });
      await restart();
      expect(await runtime.ask('DEL', 'web')).toMatchObject({ exitCode: 0 });
      expect(await found()).toEqual(NOTHING);
    },
    LONG_MS,
  );

  it(
    `no address leaks in ${STEPS} steps of any kind, with the seed ${SEED}`,
    async () => {
      const random = new Random(SEED);
      const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
      const added = new Set<string>();
      const step = async (): Promise<void> => {
        const id = random.pick(ids);
        const kind = random.whole(20);
        if (kind < 10) {
          if ((await runtime.ask('ADD', id)).exitCode === 0) added.add(id);
        } else if (kind < 17) {
          if ((await runtime.ask('DEL', id)).exitCode === 0) added.delete(id);
        } else if (kind < 19) {
          // Without a word of the runtime; the next ADD comes with another namespace at the same path.
          runtime.destroy(id);
          added.delete(id);
        } else {
          const asked = runtime.ask(random.pick(['ADD', 'DEL'] as const), id);
          await delay(random.whole(150));
          await runtime.cell.stop('SIGKILL');
          const { exitCode } = await asked;
          await runtime.cell.start();
          // What was cut off may be done or not; only what is asked again is certain.
          if (exitCode === 0) await runtime.ask('DEL', id);
          else expect(await runtime.ask('DEL', id)).toMatchObject({ exitCode: 0 });
          added.delete(id);
          await nothingLeaks();
        }
      };
      for (let n = 0; n < STEPS; n++) await step();
      await restart();
      await nothingLeaks();
      expect((await runtime.cell.agent.list()).map(({ handle }) => handle).sort()).toEqual([...added].sort());
      for (const id of ids) expect(await runtime.ask('DEL', id)).toMatchObject({ exitCode: 0 });
      expect(await found()).toEqual(NOTHING);
    },
    LONG_MS + STEPS * 5_000,
  );
});
