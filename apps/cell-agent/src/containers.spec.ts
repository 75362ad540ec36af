import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hostInterfaceOf } from '@heddle/dataplane';
import { containerRequest, type ContainerRequest } from './container';
import { ContainerStore } from './container-store';
import { localContainer } from './container';
import { Containers } from './containers';
import { Knowledge } from './knowledge';
import { FakeHost } from './testing/fake-host';
import { appDocument, silent } from './testing/samples';

const request = (app: string, index = 0): ContainerRequest =>
  containerRequest.parse({ handle: `${app}-${index}`, app, index, netns: `/run/netns/${app}-${index}` });

let directory: string;
let store: ContainerStore;
let knowledge: Knowledge;
let host: FakeHost;
let containers: Containers;
let told: number;
let overlay: { subnet: string; mtu: number } | null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-containers-'));
  told = 0;
  overlay = { subnet: '10.255.1.0/24', mtu: 1450 };
  await restart(new Set());
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A new agent on the same cell: it knows what is on disk, and the interfaces are as they were. */
async function restart(interfaces: ReadonlySet<string>): Promise<void> {
  store = await ContainerStore.open(directory);
  knowledge = new Knowledge('cell-1');
  knowledge.holdSubnet('10.255.0.0/16');
  host = new FakeHost(knowledge);
  for (const each of interfaces) host.interfaces.add(each);
  containers = new Containers({
    ...{ overlay: () => overlay, logger: silent },
    ...{ store, knowledge, links: host.links, given: host.given, watch: host.watch, enforcer: host.enforcer },
    changed: () => told++,
  });
}
const handles = () => containers.list().map(({ handle }) => handle);

describe('a container that is added', () => {
  it('has its rules before it can be reached, and is handed out after that', async () => {
    const added = await containers.add(request('web'));
    expect(host.journal).toEqual(['watch web', 'rules 10.255.1.2', 'attach 10.255.1.2']);
    expect(added).toEqual({ ...request('web'), mtu: 1450, address: '10.255.1.2', hostInterface: 's-010255001002' });
    expect([containers.list(), told]).toEqual([[added], 1]);
  });

  it('is refused while the cell holds no lease, and gets an address of the next one', async () => {
    overlay = null;
    await expect(containers.add(request('web'))).rejects.toMatchObject({ code: 'no-lease' });
    expect(host.journal).toEqual([]);
    overlay = { subnet: '10.255.9.0/24', mtu: 1450 };
    expect(await containers.add(request('web'))).toMatchObject({ address: '10.255.9.2' });
  });

  it('and is there with the same identity is left as it is', async () => {
    const added = await containers.add(request('web'));
    expect(await containers.add(request('web'))).toEqual(added);
    expect(host.journal).toHaveLength(3);
    expect(told).toBe(1);
  });

  it.each<Partial<ContainerRequest>>([{ app: 'db' }, { index: 1 }, { netns: '/run/netns/other' }])(
    'under a handle that another has is refused: %j',
    async (other) => {
      await containers.add(request('web'));
      await expect(containers.add({ ...request('web'), ...other })).rejects.toMatchObject({ code: 'handle-taken' });
      expect([handles(), host.journal.length]).toEqual([['web-0'], 3]);
    },
  );

  it('on a port of the cell that leads to another is refused, and nobody else notices; on one that became free it is not', async () => {
    const published = [{ protocol: 'tcp', hostAddress: '192.0.2.1', hostPort: 61_000, containerPort: 80 }] as const;
    const wanting = (app: string, ports = [...published]) => ({ ...request(app), published: ports });
    // The second comes while the first is still on its way.
    const both = await Promise.allSettled([containers.add(wanting('web')), containers.add(wanting('db'))]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(containers.add(wanting('db'))).rejects.toMatchObject({
      code: 'port-taken',
      message: expect.stringMatching(
        /^port 61000\/tcp at 192.0.2.1 of the cell leads to container web-0 already/,
      ) as string,
    });
    await expect(containers.add(wanting('db', [...published, ...published]))).rejects.toMatchObject({
      code: 'port-taken',
    });
    expect(handles()).toEqual(['web-0']);
    await containers.remove('web-0');
    await containers.add(wanting('db'));
    expect(handles()).toEqual(['db-0']);
  });

  it.each(['watch', 'rules', 'attach'] as const)('and fails at %s leaves nothing behind', async (step) => {
    host.fail(step);
    await expect(containers.add(request('web'))).rejects.toThrow(`${step} `);
    expect([containers.list(), [...host.interfaces], told]).toEqual([[], [], 0]);
    expect(knowledge.snapshot().containers).toEqual([]);
    const taken = host.journal.slice(host.journal.findIndex((line) => line.endsWith('failed')) + 1);
    expect(taken).toEqual(['detach 10.255.1.2', 'unwatch web', 'rules', 'forget 10.255.1.2']);
    host.journal.length = 0;
    await expect(containers.add(request('web'))).resolves.toMatchObject({ handle: 'web-0' });
  });

  it('and cannot be written down is not there', async () => {
    await rm(directory, { recursive: true });
    await expect(containers.add(request('web'))).rejects.toThrow('ENOENT');
    expect([containers.list(), [...host.interfaces]]).toEqual([[], []]);
  });

  it('and can neither be put up nor cleared away is tried to be cleared away later', async () => {
    host.fail('rules', 'rules');
    await expect(containers.add(request('web'))).rejects.toThrow('rules');
    expect(host.journal.at(-1)).toBe('try again later');
    expect(knowledge.snapshot().containers).toEqual([]);
  });

  it('with a link of another plugin is taken over behind its rules and given back before them, lease or not', async () => {
    overlay = null;
    knowledge.loseSubnet();
    const given = { address: '10.99.0.2', hostInterfaces: ['veth1'] };
    const added = await containers.add({ ...request('web'), given });
    expect(added).toMatchObject({ address: '10.99.0.2', hostInterface: 's-010099000002' });
    expect(await containers.add({ ...request('web'), given })).toEqual(added);
    const other = containers.add({ ...request('db'), given });
    await expect(other).rejects.toThrow('10.99.0.2 is the address of web-0 on this cell');
    await containers.remove('web-0');
    expect(host.journal).toEqual([
      ...['watch web', 'rules 10.99.0.2', 'adopt 10.99.0.2'],
      ...['release 10.99.0.2', 'unwatch web', 'rules', 'forget 10.99.0.2'],
    ]);
  });

  it('and whose link cannot be taken over leaves nothing behind', async () => {
    host.fail('adopt');
    const given = { address: '10.99.0.2', hostInterfaces: ['veth1'] };
    await expect(containers.add({ ...request('web'), given })).rejects.toThrow('adopt');
    expect([containers.list(), host.journal.at(-1)]).toEqual([[], 'forget 10.99.0.2']);
  });

  it('without an app is watched for nothing, and is in the kernel all the same', async () => {
    await containers.add({ ...request('web'), app: null });
    await containers.remove('web-0');
    expect(host.journal).toEqual([
      'rules 10.255.1.2',
      'attach 10.255.1.2',
      'detach 10.255.1.2',
      'rules',
      'forget 10.255.1.2',
    ]);
  });

  it('and whose documents are long in coming holds up no other', async () => {
    let come!: () => void;
    const coming = new Promise<void>((resolve) => (come = resolve));
    host.watch.watchApp = (app) => (app === 'slow' ? coming : Promise.resolve());
    const slow = containers.add(request('slow'));
    expect(await containers.add(request('web'))).toMatchObject({ address: '10.255.1.3' });
    come();
    expect(await slow).toMatchObject({ address: '10.255.1.2' });
  });

  it('and is known but has lost its link is made anew, whoever it is now', async () => {
    await containers.add(request('web'));
    host.interfaces.clear();
    expect(await containers.check('web-0')).toEqual(['10.255.1.2 is gone']);
    expect(await containers.add({ ...request('web'), app: 'db' })).toMatchObject({ app: 'db', address: '10.255.1.3' });
    expect([...host.interfaces]).toEqual(['s-010255001003']);
    expect(await containers.check('web-0')).toEqual([]);
    expect(await containers.check('db-0')).toBeUndefined();
  });

  it('and fails leaves another of its app alone', async () => {
    await containers.add(request('web'));
    host.fail('attach');
    await expect(containers.add(request('web', 1))).rejects.toThrow();
    expect(host.journal).not.toContain('unwatch web');
    expect(host.journal.slice(-2)).toEqual(['rules 10.255.1.2', 'forget 10.255.1.3']);
  });
});

describe('a container that is removed', () => {
  it('cannot be reached any more before its rules leave, and its connections are forgotten', async () => {
    await containers.add(request('web'));
    host.journal.length = 0;
    await containers.remove('web-0');
    expect(host.journal).toEqual(['detach 10.255.1.2', 'unwatch web', 'rules', 'forget 10.255.1.2']);
    expect([containers.list(), told]).toEqual([[], 2]);
  });

  it('and is not there is fine', async () => {
    await containers.remove('web-0');
    expect([host.journal, told]).toEqual([[], 0]);
  });

  it('leaves its app watched while another container of it is left', async () => {
    await containers.add(request('web'));
    await containers.add(request('web', 1));
    knowledge.appChanged(appDocument('web', 1));
    await containers.remove('web-0');
    expect(host.journal).not.toContain('unwatch web');
    expect([...knowledge.snapshot().apps.keys()]).toEqual(['web']);
    await containers.remove('web-1');
    expect(host.journal).toContain('unwatch web');
    expect([...knowledge.snapshot().apps.keys()]).toEqual([]);
  });

  it.each(['detach', 'rules', 'forget'] as const)(
    'and fails at %s keeps its address until it is gone',
    async (step) => {
      await containers.add(request('web'));
      host.fail(step);
      await expect(containers.remove('web-0')).rejects.toThrow(step);
      expect(await containers.add(request('db'))).toMatchObject({ address: '10.255.1.3' });
      await containers.remove('web-0');
      expect(handles()).toEqual(['db-0']);
      expect(host.journal).toContain('forget 10.255.1.2');
    },
  );

  it.each(['rules', 'forget'] as const)('only half, at %s, is put up anew when it is added again', async (step) => {
    await containers.add(request('web'));
    host.fail(step);
    await expect(containers.remove('web-0')).rejects.toThrow();
    host.journal.length = 0;
    expect(await containers.add(request('web'))).toMatchObject({ address: '10.255.1.3' });
    expect(host.journal.slice(-3)).toEqual(['watch web', 'rules 10.255.1.3', 'attach 10.255.1.3']);
    expect([...host.interfaces]).toEqual(['s-010255001003']);
  });
});

it('whose namespace has gone without a word is let go, with its rules and its address', async () => {
  await containers.add(request('web'));
  await containers.add(request('db'));
  host.interfaces.delete('s-010255001002');
  await containers.sweep();
  expect(handles()).toEqual(['db-0']);
  expect(knowledge.snapshot().containers.map(({ handle }) => handle)).toEqual(['db-0']);
  expect(told).toBe(3);
});

it('fifty added and removed at the same time: each is whole, and no address is given twice', async () => {
  const added = await Promise.all(Array.from({ length: 50 }, (_, i) => containers.add(request('app', i))));
  expect(new Set(added.map(({ address }) => address)).size).toBe(50);
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => [
      containers.remove(`app-${i}`),
      i % 2 === 0 ? containers.add(request('app', i)) : containers.remove(`app-${i}`),
    ]).flat(),
  );
  expect(handles().sort()).toEqual(Array.from({ length: 25 }, (_, i) => `app-${2 * i}`).sort());
  expect([...host.interfaces].sort()).toEqual(
    containers
      .list()
      .map(({ hostInterface }) => hostInterface)
      .sort(),
  );
  expect(knowledge.snapshot().containers).toHaveLength(25);
  const reused = containers.list().map(({ address }) => address);
  expect(reused.filter((address) => added.some((old) => old.address === address))).toEqual([]);
});

describe('after a restart', () => {
  beforeEach(async () => {
    await containers.add(request('web'));
    await containers.add(request('web', 1));
    await containers.add(request('db'));
    await restart(host.interfaces);
  });

  it('what is still there is taken up, with its apps watched once each, and nothing in the kernel is touched', async () => {
    await containers.recover();
    expect(knowledge.snapshot().containers).toEqual(containers.list().map(localContainer));
    expect(handles()).toEqual(['web-0', 'web-1', 'db-0']);
    expect(host.journal.sort()).toEqual(['watch db', 'watch web']);
  });

  it('what went away meanwhile is dropped, for good, and its connections are forgotten', async () => {
    host.interfaces.delete('s-010255001004');
    await containers.recover();
    expect(handles()).toEqual(['web-0', 'web-1']);
    expect(host.journal).toEqual(['detach 10.255.1.4', 'forget 10.255.1.4', 'watch web']);
    expect((await ContainerStore.open(directory)).get('db-0')).toBeUndefined();
  });

  it('an interface that belongs to no container is removed, and its connections are forgotten', async () => {
    host.interfaces.add(hostInterfaceOf('10.255.1.77')).add(hostInterfaceOf('10.255.9.2'));
    await containers.recover();
    const [first, second] = ['10.255.1.77', '10.255.9.2'];
    const cleared = [`detach ${first}`, `forget ${first}`, `detach ${second}`, `forget ${second}`];
    expect(host.journal.slice(0, 4)).toEqual(cleared);
    expect(host.interfaces.size).toBe(3);
  });

  it.each(['s-foreign', 's-', 's-0102550010020', 's-999255001002', 's-010255001'])(
    'a foreign interface stays: %s',
    async (name) => {
      host.interfaces.add(name);
      await containers.recover();
      expect(host.interfaces.has(name)).toBe(true);
      expect(handles()).toHaveLength(3);
    },
  );

  it('an address given out last before is not given out next', async () => {
    await containers.remove('db-0');
    await containers.recover();
    expect(await containers.add(request('api'))).toMatchObject({ address: '10.255.1.5' });
  });
});
