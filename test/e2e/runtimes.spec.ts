import { readdirSync } from 'node:fs';
import { describeAsRoot } from '@heddle/testing';
import { CniCells } from '../support/cni-cells';
import { runPlugin } from '../support/cni-plugin';
import type { CniRuntime } from '../support/cni-runtime';
import { wirePolicy } from '../support/policies';
import { until } from '../support/processes';
import { Containerd } from '../support/runtimes/containerd';
import type { CniNetwork, DebianRuntime } from '../support/runtimes/debian-runtime';
import { Podman } from '../support/runtimes/podman';
import { missingPrograms, whyNotPodman } from '../support/runtimes/why-not';

const LONG_MS = 300_000;
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
      await one.run('web', heddle(cells[0], 'web'), 'sleep', '1000');
      await two.run('db', heddle(cells[1], 'db'), 'nc', '-ll', '-p', '8080', '-e', 'echo', 'weft');
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
    "containerd, with Debian's bridge and heddle-policy after it",
    () => {
      it('policies open and close what goes between two containers of the bridge, and no way leads around them', async () => {
        const [{ cell, network }] = cells;
        const before = await remains();
        const runtime = await Containerd.start(cell.namespace.path);
        try {
          const bridge = { cniVersion: '1.0.0', name: 'bridged', plugins: [bridgeIn(runtime.directory)] };
          const chained = { ...bridge, plugins: [...bridge.plugins, { ...network, type: 'heddle-policy' }] };
          const listening = ['nc', '-ll', '-p', '8080', '-e', 'echo', 'weft'];
          await runtime.run('web', labelled(chained, 'web'), 'sleep', '1000');
          await runtime.run('db', labelled(chained, 'db'), ...listening);
          await runtime.run('rogue', bridge, 'sleep', '1000');
          const [web, db] = await cell.agent.list();
          if (!web || !db) throw new Error('the containers are not there');
          await until('db listens', async () => (await knock(runtime, 'db', '127.0.0.1')) === 'answered');

          expect(await knock(runtime, 'web', db.address)).toMatch('Connection refused');
          await world.allow(POLICY);
          expect(await knock(runtime, 'web', db.address)).toBe('answered');
          // It is on the bridge itself, and knows the gateway.
          expect(await knock(runtime, 'rogue', db.address)).not.toBe('answered');

          const inWeb = (command: string) => cell.run(`nsenter --net=${web.netns} ip ${command}`);
          inWeb('addr add 10.99.0.77/32 dev eth0');
          inWeb(`route add ${db.address}/32 dev eth0 src 10.99.0.77`);
          expect(await knock(runtime, 'web', db.address)).not.toBe('answered');
          inWeb(`route del ${db.address}/32`);
          expect(await knock(runtime, 'web', db.address)).toBe('answered');

          const checked = async () => {
            const attachment = { containerId: web.handle, netns: web.netns };
            return (await runPlugin('CHECK', { ...network, type: 'heddle-policy' }, attachment)).answer;
          };
          expect(await checked()).toBeNull();
          const link = cells[0].inKernel().links[0];
          cell.run(`ip link set ${link} master heddle0`);
          expect(await checked()).toMatchObject({
            code: 103,
            msg: expect.stringContaining('port of a bridge') as string,
          });
          cell.run(`ip link set ${link} nomaster`);

          await world.forbid(POLICY);
          expect(await knock(runtime, 'web', db.address)).toMatch('Connection refused');
        } finally {
          await runtime.stop();
        }
        cell.run('ip link delete heddle0');
        expect(await remains()).toEqual(before);
      });
    },
    () => missingPrograms('containerd', 'runc', 'busybox', '/usr/lib/cni/bridge'),
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

/** The network, with containers of one app. */
function labelled(network: CniNetwork, app: string): CniNetwork {
  const args = { cni: { labels: [{ key: 'heddle/app', value: app }] } };
  return { ...network, plugins: network.plugins.map((plugin) => ({ ...plugin, args })) };
}

function heddle({ network }: CniRuntime, app: string): CniNetwork {
  return labelled({ cniVersion: network.cniVersion, name: `heddle-${app}`, plugins: [network] }, app);
}

/** Debian's plugin of this name, with addresses that are not of the overlay. */
function bridgeIn(directory: string): object {
  const ipam = { type: 'host-local', subnet: '10.99.0.0/24', dataDir: `${directory}/addresses` };
  return { type: 'bridge', bridge: 'heddle0', isDefaultGateway: true, ipam };
}

/** What comes of a connection from a container: `answered`, or why not. */
async function knock(runtime: DebianRuntime, id: string, address: string): Promise<string> {
  const { output } = await runtime.exec(id, 'nc', '-w', '2', address, '8080');
  return /^weft$/m.test(output) ? 'answered' : output;
}
