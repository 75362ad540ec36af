import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describeAsRoot, echoTcp, tryTcp, type Listener, type NetworkNamespace } from '@heddle/testing';
import { Random } from '../conformance/fuzz/random';
import { CniCells } from '../support/cni-cells';
import { HEDDLE_CNI } from '../support/cni-plugin';
import type { CniRuntime } from '../support/cni-runtime';
import { Guardian, NOTHING } from '../support/guardian';
import { wirePolicy } from '../support/policies';
import { missingPrograms } from '../support/runtimes/why-not';

const LONG_MS = 240_000;
/** Many processes at once, on a machine that may be busy with others. */
const MANY_MS = 600_000;
const OUTSIDE = '198.19.0.100';
const BRIDGE = '/usr/lib/cni/bridge';
/** `GARDEN_SEED=<n>` repeats a run. */
const SEED = Number(process.env.GARDEN_SEED ?? 20_261_130);

jest.setTimeout(LONG_MS);

/** A container as Guardian and the tests know it. */
interface Started {
  readonly namespace: NetworkNamespace;
  readonly address: string;
  readonly ports: readonly number[];
}

describeAsRoot('containers that Guardian puts on the network with heddle-garden-networker', () => {
  let world: CniCells;
  let cells: readonly [CniRuntime, CniRuntime];
  let guardians: readonly [Guardian, Guardian];
  let outside: NetworkNamespace;
  const open: Listener[] = [];

  beforeAll(async () => {
    world = await CniCells.start('hgdn');
    const given = { HEDDLE_SECURITY_GROUPS: 'given', HEDDLE_DNS_SERVERS: '169.254.0.2' };
    cells = [await world.cell(1, given), await world.cell(2, given)];
    guardians = [Guardian.on(cells[0], 'hgdn1'), Guardian.on(cells[1], 'hgdn2')];
    outside = world.outsider(OUTSIDE);
    open.push(await echoTcp(outside, [80, 443]));
  }, LONG_MS);
  afterAll(async () => {
    await Promise.all(open.map((listener) => listener.close()));
    for (const guardian of guardians ?? []) guardian.stop();
    await world?.stop();
  }, LONG_MS);

  const start = async (guardian: Guardian, id: string, app: string, request: object = {}): Promise<Started> => {
    const { properties } = await guardian.bringUp(id, app, request);
    const mapped = JSON.parse(properties['garden.network.mapped-ports'] ?? '') as { HostPort: number }[];
    const { namespace } = await guardian.container(id);
    const address = properties['garden.network.container-ip'] ?? '';
    return { namespace, address, ports: mapped.map(({ HostPort }) => HostPort) };
  };
  const listen = async ({ namespace }: Started, ...ports: number[]) => void open.push(await echoTcp(namespace, ports));
  const knock = async ({ namespace }: Pick<Started, 'namespace'>, address: string, port = 8080) =>
    (await tryTcp(namespace, address, port)).result;
  const nothingIsLeft = async () => {
    for (const [i, guardian] of guardians.entries()) {
      expect(guardian.remains()).toEqual(NOTHING);
      expect(cells[i]?.inKernel()).toEqual({ links: [], senders: [] });
      expect(await cells[i]?.cell.agent.list()).toEqual([]);
    }
  };
  afterEach(async () => {
    try {
      await nothingIsLeft();
    } finally {
      for (const guardian of guardians) await guardian.removeAll();
    }
  }, LONG_MS);

  it('says of a container what the agent has made of it', async () => {
    const [one] = guardians;
    const log_config = '{"guid":"web","index":3,"source_name":"APP/PROC/WEB"}';
    const properties = { policy_group_id: 'web', app_id: 'web', space_id: 'space-1', org_id: 'org-1', log_config };
    const Properties = { ...properties, ports: '8080,9090', container_workload: 'app' };
    const config = one.writeConfig({ search_domains: ['apps.internal'] });
    const up = await one.up('c1', { Properties, netin: [{ host_port: 0, container_port: 8080 }] }, config);
    const [known] = await cells[0].cell.agent.list();
    expect(known).toMatchObject({
      ...{ handle: one.handle('c1'), app: 'web', index: 3, netns: one.pin('c1') },
    });
    expect(JSON.parse(up.stdout)).toEqual({
      properties: {
        'garden.network.container-ip': known?.address,
        'garden.network.host-ip': '255.255.255.255',
        'garden.network.interface': 'eth0',
        'garden.network.mapped-ports': '[{"HostPort":61000,"ContainerPort":8080}]',
      },
      dns_servers: ['169.254.0.2'],
      search_domains: ['apps.internal'],
    });
    await one.remove('c1');
  });

  it('policies open and close what goes between them, on one cell as between two', async () => {
    const [one, two] = guardians;
    const web = await start(one, 'web', 'web');
    const [near, far] = [await start(one, 'near', 'db'), await start(two, 'far', 'db')];
    for (const db of [near, far]) {
      await listen(db, 8080);
      expect(await knock(web, db.address)).toBe('ECONNREFUSED');
    }
    await world.allow(wirePolicy('web', 'db'));
    for (const db of [near, far]) {
      expect(await knock(web, db.address)).toBe('answered');
      expect(await knock(db, web.address)).toBe('ECONNREFUSED');
    }
    await world.forbid(wirePolicy('web', 'db'));
    for (const db of [near, far]) expect(await knock(web, db.address)).toBe('ECONNREFUSED');
    for (const id of ['web', 'near']) await one.remove(id);
    await two.remove('far');
  });

  it('a mapped port leads to the container from outside, and net-out rules to the outside from it', async () => {
    const [one] = guardians;
    const netout_rules = [
      { protocol: 1, networks: [{ start: OUTSIDE, end: OUTSIDE }], ports: [{ start: 80, end: 80 }] },
    ];
    const netin = [8080, 8081].map((container_port) => ({ host_port: 0, container_port }));
    const [web, other] = [await start(one, 'web', 'web', { netin, netout_rules }), await start(one, 'other', 'other')];
    await listen(web, 8080, 8081);
    expect(web.ports).toEqual([61_000, 61_001]);
    const cell = cells[0].cell.underlayAddress;
    for (const port of web.ports) {
      expect(await knock({ namespace: outside }, cell, port)).toBe('answered');
      expect(await knock(other, cell, port)).toBe('ECONNREFUSED');
    }
    expect([await knock(web, OUTSIDE, 80), await knock(web, OUTSIDE, 443)]).toEqual(['answered', 'ECONNREFUSED']);
    expect(await knock(other, OUTSIDE, 80)).toBe('ECONNREFUSED');
    await one.remove('web');
    expect(await knock({ namespace: outside }, cell, 61_000)).toBe('ECONNREFUSED');
    await one.remove('other');
  });

  it('connections to the overlay go to the proxy in the container, where there is one', async () => {
    const [one] = guardians;
    const config = one.writeConfig({ proxy_redirect_cidr: '10.255.0.0/16', enable_ingress_proxy_redirect: true });
    await start(one, 'db', 'db');
    const { stdout } = await one.up('web', { Properties: { app_id: 'web' } }, config);
    const { namespace } = await one.container('web');
    const web = { namespace, address: /"garden.network.container-ip":"([\d.]+)"/.exec(stdout)?.[1] ?? '', ports: [] };
    // Nothing but the proxy listens, and no policy is needed to reach it.
    await listen(web, 15_001);
    expect(await knock(web, '10.255.200.7', 80)).toBe('answered');
    await world.allow(wirePolicy('db', 'web', 8080));
    expect(await knock(await one.container('db'), web.address, 8080)).toBe('answered');
    await world.forbid(wirePolicy('db', 'web', 8080));
    for (const id of ['web', 'db']) await one.remove(id);
  });

  it('one that is asked for without an agent is not begun, and one that is there stays for the next time', async () => {
    const [, two] = guardians;
    await start(two, 'stays', 'web', { netin: [{ host_port: 0, container_port: 8080 }] });
    const before = two.remains();
    await two.container('late');
    await cells[1].cell.stop();
    const down = await two.down('stays');
    expect(down).toMatchObject({ exitCode: 1, stdout: '' });
    expect(down.stderr).toMatch(
      /^cfnetworking: cni down: del network failed: plugin type="heddle-cni" failed \(del\): no agent/,
    );
    expect(two.remains()).toEqual(before);
    const up = await two.up('late', { netin: [{ container_port: 80 }] });
    expect(up).toMatchObject({ exitCode: 1, stdout: '' });
    expect(up.stderr).toMatch(/plugin type="heddle-cni" failed \(add\): no agent answers at /);
    expect(up.stderr).toMatch(/not cleared away, so that 'down' has to: cni down: /);
    // As after a start of the machine: the namespace has gone, and there is no agent yet.
    expect(await two.down('never')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    await cells[1].cell.start();
    for (const id of ['late', 'stays']) await two.remove(id);
  });

  it('down succeeds twice, for what never was, and after the container has ended', async () => {
    const [one] = guardians;
    await start(one, 'web', 'web');
    one.destroy('web');
    // The namespace lives on as a file, and so does what is in it.
    expect(cells[0].inKernel().links).toHaveLength(1);
    for (const id of ['web', 'web', 'never'])
      expect(await one.down(id)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it(
    'killed at any moment, it leaves nothing that the next one does not clear away',
    async () => {
      const [one] = guardians;
      const random = new Random(SEED);
      const netin = [{ host_port: 0, container_port: 8080 }];
      const { pid } = await one.container('c1');
      const begunMs = performance.now();
      await start(one, 'c1', 'web', { netin });
      // As long as it takes on this machine as it is now.
      const wholeMs = Math.ceil(performance.now() - begunMs);
      for (let round = 0; round < 25; round++) {
        const isUp = !random.once(3);
        const request = { Pid: pid, Properties: { app_id: 'web' }, netin };
        const { child, end } = one.start(one.args(isUp ? 'up' : 'down', 'c1'), request);
        await delay(random.whole(wholeMs));
        child.kill('SIGKILL');
        await end;
        if (!random.once(3)) continue;
        const { address, ports } = await start(one, 'c1', 'web', { netin });
        expect(ports).toEqual([61_000]);
        expect(cells[0].inKernel().senders).toEqual([address]);
        expect(one.remains()).toMatchObject({ pins: [one.handle('c1')], locks: [] });
      }
      await one.remove('c1');
    },
    MANY_MS,
  );

  it(
    'fifty at once come and go, each with an address and ports of its own',
    async () => {
      const ids = Array.from({ length: 25 }, (_, i) => `many${i}`);
      const netin = [8080, 8081].map((container_port) => ({ host_port: 0, container_port }));
      const onBoth = <T>(act: (guardian: Guardian, id: string) => Promise<T>) =>
        Promise.all(guardians.flatMap((guardian) => ids.map((id) => act(guardian, id))));
      await onBoth((guardian, id) => guardian.container(id));
      const added = await onBoth((guardian, id) => start(guardian, id, 'web', { netin }));
      expect(new Set(added.map(({ address }) => address)).size).toBe(50);
      const portsOf = (some: readonly Started[]) => some.flatMap(({ ports }) => ports).sort((a, b) => a - b);
      const lowest = Array.from({ length: 50 }, (_, i) => 61_000 + i);
      expect([portsOf(added.slice(0, 25)), portsOf(added.slice(25))]).toEqual([lowest, lowest]);
      const [first, last] = [added[0], added.at(-1)] as [Started, Started];
      await listen(first, 8080);
      await world.allow(wirePolicy('web', 'web'));
      expect(await knock(last, first.address)).toBe('answered');
      expect(await knock({ namespace: outside }, cells[0].cell.underlayAddress, first.ports[0])).toBe('answered');
      await world.forbid(wirePolicy('web', 'web'));
      await onBoth((guardian, id) => guardian.remove(id));
    },
    MANY_MS,
  );

  describeAsRoot(
    "by Debian's bridge and heddle-policy",
    () => {
      it('policies open and close what goes between them, and down removes what both have made', async () => {
        const [{ cell, network }] = cells;
        const guardian = new Guardian('hgdb', cell.namespace.path);
        try {
          for (const name of ['bridge', 'host-local'])
            symlinkSync(`/usr/lib/cni/${name}`, join(guardian.pluginDir, name));
          symlinkSync(HEDDLE_CNI, join(guardian.pluginDir, 'heddle-policy'));
          const ipam = { type: 'host-local', subnet: '10.98.0.0/24', dataDir: join(guardian.directory, 'addresses') };
          const bridge = { type: 'bridge', bridge: 'garden0', isDefaultGateway: true, ipam };
          const plugins = [bridge, { type: 'heddle-policy', agentSocket: network.agentSocket }];
          guardian.writeNetwork({ cniVersion: '1.0.0', name: 'bridged', plugins });
          const [web, db] = [await start(guardian, 'web', 'web'), await start(guardian, 'db', 'db')];
          await listen(db, 8080);
          expect(db.address).toMatch(/^10\.98\.0\./);
          expect(await knock(web, db.address)).toBe('ECONNREFUSED');
          await world.allow(wirePolicy('web', 'db'));
          expect(await knock(web, db.address)).toBe('answered');
          await world.forbid(wirePolicy('web', 'db'));
          expect(await knock(web, db.address)).toBe('ECONNREFUSED');
          for (const id of ['web', 'db']) await guardian.remove(id);
          expect(guardian.remains()).toEqual(NOTHING);
          expect(existsSync(join(guardian.directory, 'addresses/bridged', db.address))).toBe(false);
        } finally {
          guardian.stop();
        }
        cell.run('ip link delete garden0');
      });
    },
    () => missingPrograms(BRIDGE),
  );
});
