import { readdirSync } from 'node:fs';
import { describeAsRoot } from '@heddle/testing';
import { CniCells } from '../support/cni-cells';
import type { CniRuntime } from '../support/cni-runtime';
import { wirePolicy } from '../support/policies';
import { until } from '../support/processes';
import { Containerd } from '../support/runtimes/containerd';
import type { CniNetwork, DebianRuntime } from '../support/runtimes/debian-runtime';
import { Podman } from '../support/runtimes/podman';
import { missingPrograms, whyNotPodman } from '../support/runtimes/why-not';

const LONG_MS = 120_000;
const POLICY = wirePolicy('web', 'db');

jest.setTimeout(LONG_MS);

describeAsRoot('containers of runtimes as Debian has them', () => {
  let world: CniCells;
  let cells: readonly [CniRuntime, CniRuntime];

  beforeAll(async () => {
    world = await CniCells.start('hreal');
    cells = [await world.cell(1), await world.cell(2)];
  }, LONG_MS);
  afterAll(() => world?.stop(), LONG_MS);

  /** Everything of containers that may be left behind. */
  const remains = async () => ({
    namespaces: readdirSync('/run/netns').sort(),
    links: cells.map(({ cell }) => cell.run('ip -o link show')),
    kernel: cells.map((each) => each.inKernel()),
    records: await Promise.all(cells.map(({ cell }) => cell.agent.list())),
  });

  const opensAndCloses = async (start: (networkNamespace: string) => Promise<DebianRuntime>) => {
    const before = await remains();
    const [one, two] = [await start(cells[0].cell.namespace.path), await start(cells[1].cell.namespace.path)];
    try {
      await one.run('web', networkOf(cells[0], 'web'), 'sleep', '1000');
      await two.run('db', networkOf(cells[1], 'db'), 'nc', '-ll', '-p', '8080', '-e', 'echo', 'weft');
      const [db] = await cells[1].cell.agent.list();
      expect(db).toMatchObject({ app: 'db' });
      const address = db?.address as string;
      await until('db listens', async () => (await knock(two, 'db', '127.0.0.1')) === 'answered');
      expect(await knock(one, 'web', address)).toMatch('Connection refused');
      await world.allow(POLICY);
      expect(await knock(one, 'web', address)).toBe('answered');
      await world.forbid(POLICY);
      expect(await knock(one, 'web', address)).toMatch('Connection refused');
    } finally {
      await Promise.all([one.stop(), two.stop()]);
    }
    expect(await remains()).toEqual(before);
  };

  describeAsRoot(
    'containerd, by `ctr run --cni`',
    () => {
      it('policies open and close what goes between two cells, and nothing is left behind', () =>
        opensAndCloses((networkNamespace) => Containerd.start(networkNamespace)));
    },
    () => missingPrograms('containerd', 'runc', 'busybox', '/usr/lib/cni/host-local'),
  );

  describeAsRoot(
    'podman, with its CNI backend',
    () => {
      it('policies open and close what goes between two cells, and nothing is left behind', () =>
        opensAndCloses((networkNamespace) => Podman.start(networkNamespace)));
    },
    whyNotPodman,
  );
});

function networkOf({ network }: CniRuntime, app: string): CniNetwork {
  const { cniVersion, ...plugin } = network;
  const labels = [{ key: 'heddle/app', value: app }];
  return { cniVersion, name: `heddle-${app}`, plugins: [{ ...plugin, args: { cni: { labels } } }] };
}

/** What comes of a connection from a container: `answered`, or why not. */
async function knock(runtime: DebianRuntime, id: string, address: string): Promise<string> {
  const { output } = await runtime.exec(id, 'nc', '-w', '2', address, '8080');
  return /^weft$/m.test(output) ? 'answered' : output;
}
