import { randomUUID } from 'node:crypto';
import { LeaseClient, ReportSender, type CellSettings, type ReportedLocal } from '@heddle/cell-protocol';
import { describeOnEachDatabase, startTestNats, until, type TestNats } from '@heddle/testing';
import type { NatsConnection } from 'nats';
import { TestControlPlane } from '../support/control-plane';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

interface Rules {
  readonly dataplane: string;
  readonly rules: string;
  readonly notes: readonly string[];
  readonly at: string;
}

const settings: CellSettings = {
  ...{ dataplane: 'nftables', vxlanPort: 4789, cutLive: true },
  denied: { always: [], running: [], staging: [] },
};
const port = { protocol: 'tcp', hostAddress: '192.0.2.1', hostPort: 61_000, containerPort: 8080 } as const;
const local = (handle: string, app: string | null, address: string, ownRules: ReportedLocal['ownRules'] = 'none') => ({
  ...{ handle, app, address, isGiven: false, space: null, workload: null, published: [], ownRules },
});

describeOnEachDatabase('the rules of a cell', (databases) => {
  let nats: TestNats;
  let server: TestControlPlane;
  let cell: NatsConnection;
  const senders = new Map<string, ReportSender>();

  beforeAll(async () => {
    nats = await startTestNats();
    const location = await databases.fresh();
    server = await TestControlPlane.start(nats, 'databaseUrl' in location ? location.databaseUrl : undefined);
    cell = await nats.connect('cell');
    for (const n of [1, 2])
      await new LeaseClient(cell).acquire({
        ...{ cell: `cell-${n}`, incarnation: randomUUID(), underlayAddress: `10.0.0.${n}`, singleAddress: false },
      });
    const body = policiesBody(
      wirePolicy('web', 'db', 80),
      wirePolicy('web', 'db', 100, 900),
      wirePolicy('db', 'web', 7),
    );
    expect((await server.request('POST', POLICIES, { body })).status).toBe(200);
  }, 90_000);
  afterAll(async () => {
    for (const sender of senders.values()) await sender.close();
    await server?.stop();
    await nats?.stop();
  });

  const says = (name: string, said: { local?: ReportedLocal[]; settings?: CellSettings }, apps: string[] = []) => {
    const sender = senders.get(name) ?? new ReportSender(cell, name);
    senders.set(name, sender);
    const containers = apps.map((app) => ({
      ...{ handle: `${app}-0`, app, index: 0, address: '10.255.1.2', space: null, org: null },
    }));
    sender.holds({ cell: name, containers, ...said });
  };
  const ask = async (name: string, query = '') => {
    const { status, body } = await server.request('GET', `/api/v1/cells/${encodeURIComponent(name)}/rules${query}`);
    return [status, JSON.parse(body) as Rules & { code: string; detail: string }] as const;
  };
  const code = async (name: string, query = '') => {
    const [status, { code: found }] = await ask(name, query);
    return [status, found];
  };
  const elements = ({ rules }: Rules) => rules.split('\n').filter((line) => line.startsWith('add element'));

  it('is what follows from the policies, the leases and what the cell told', async () => {
    // Whose subnet is whose is up to the control plane.
    const { leases } = await server.get<{ leases: { cell: string; overlaySubnet: string }[] }>('/api/v1/leases');
    const subnet = leases.find((lease) => lease.cell === 'cell-1')?.overlaySubnet.replace('.0/24', '') ?? '';
    const [db, unnamed] = [`${subnet}.2`, `${subnet}.3`];
    says('cell-1', {
      local: [local('db-0', 'db', db), local('x', null, unnamed), local('off', 'web', '10.1.1.1')],
      settings,
    });
    await until(async () => (await ask('cell-1'))[0] === 200);
    const [, told] = await ask('cell-1');
    const device = (address: string) =>
      `"s-${address
        .split('.')
        .map((octet) => octet.padStart(3, '0'))
        .join('')}"`;
    expect(elements(told)).toEqual([
      `add element ip heddle senders { ${device(db)} . ${db}, ${device(unnamed)} . ${unnamed} }`,
      `add element ip heddle src_tag { ${device(db)} . ${db} : 2 }`,
      `add element ip heddle answers { ${db} . ${0x80000 | 2} }`,
      'add element ip heddle peers { 10.0.0.2 }',
      `add element ip heddle allow { ${db} . 1 . tcp . 80 }`,
      `add element ip heddle allow_range { ${db} . 1-1 . tcp . 100-900 }`,
      `add element ip heddle masked { ${db}, ${unnamed} }`,
    ]);
    expect(told.notes).toEqual([]);
    expect(told.dataplane).toBe('nftables');
    expect(told.rules).toMatch(/^add table ip heddle\ndelete table ip heddle\ntable ip heddle \{\n/);
  });

  it('is for iptables where the agent said so by then', async () => {
    says('cell-2', {
      local: [{ ...local('web-0', 'web', '10.1.1.1'), isGiven: true, published: [port] }],
      settings: { ...settings, dataplane: 'iptables' },
    });
    await until(async () => (await ask('cell-2'))[1].dataplane === 'iptables');
    const [, { rules, notes }] = await ask('cell-2');
    expect(notes).toEqual([]);
    expect(rules).toMatch(
      /^\*nat\n:heddle-arriving - \[0:0\]\n[^]*^COMMIT\n\*filter\n:heddle-10\.1\.1\.1 - \[0:0\]\n[^]*^COMMIT\n$/m,
    );
    const added = rules
      .split('\n')
      .filter((line) => line.startsWith('-A heddle-tcp-') || line.startsWith('-A heddle-10.'));
    expect(added).toEqual([
      '-A heddle-tcp-60992 -d 192.0.2.1/32 -p tcp -m tcp --dport 61000 -j DNAT --to-destination 10.1.1.1:8080',
      `-A heddle-10.1.1.1 -m conntrack --ctstate ESTABLISHED -m mark --mark 0x${(0x80000 | 1).toString(16)} -j RETURN`,
      '-A heddle-10.1.1.1 -p tcp -m mark --mark 0x2 -m tcp --dport 7 -g heddle-allowed',
      '-A heddle-10.1.1.1 -g heddle-refuse',
    ]);
  });

  it('says what is not known, and leaves it out', async () => {
    says('cell-2', { local: [local('db-0', 'db', '10.255.9.9', 'untold')], settings }, ['web']);
    await until(async () => (await ask('cell-2'))[1].dataplane === 'nftables');
    expect((await ask('cell-2'))[1].notes).toEqual([
      'web-0: what it might reach outside the overlay was not told, and is left out',
      'db-0: the rules that came with it were not told, and are left out',
    ]);
  });

  it('is refused where too little is known', async () => {
    expect(await code('cell-9')).toEqual([404, 'cell-unheard']);
    expect(await code('cell-1', '?at=yesterday')).toEqual([400, 'invalid-request']);
    expect(await code('cell-1', '?at=99')).toEqual([404, 'no-such-change']);
    expect(await code('cell-1', '?at=1')).toEqual([404, 'placements-unknown']);
    says('cell/3', { local: [] });
    await until(async () => (await code('cell/3'))[1] === 'settings-unknown');
    says('cell/3', { local: [], settings });
    await until(async () => (await code('cell/3'))[0] === 200);
    expect((await ask('cell/3'))[1].notes).toEqual(['cell/3 held no lease: nothing is on the overlay']);
    const token = await server.tokenFor('eve', ['network.write']);
    expect((await server.request('GET', '/api/v1/cells/cell-1/rules', { token })).status).toBe(403);
  });
});
