import { describeAsRoot, echoTcp, holdTcp, tryTcp, type Listener } from '@heddle/testing';
import { CniCells } from '../support/cni-cells';
import { runPlugin } from '../support/cni-plugin';
import type { CniRuntime, RunningContainer } from '../support/cni-runtime';
import { wirePolicy } from '../support/policies';

const LONG_MS = 120_000;
/** Many processes at once, on a machine that may be busy with others. */
const MANY_MS = 600_000;
/** Small, so that it is soon full; the addresses of a /24 are counted in the tests of the pool. */
const BLOCK_SIZE = 32;
const VERSIONS = ['0.3.1', '0.4.0', '1.0.0', '1.1.0'];

jest.setTimeout(LONG_MS);

describeAsRoot('containers that a runtime puts on the network with heddle-cni', () => {
  let world: CniCells;
  let one: CniRuntime;
  let two: CniRuntime;
  const open: Listener[] = [];

  beforeAll(async () => {
    world = await CniCells.start('hcni', { HEDDLE_OVERLAY_BLOCK_PREFIX: '27' });
    [one, two] = [await world.cell(1), await world.cell(2)];
  }, LONG_MS);
  afterAll(async () => {
    await Promise.all(open.map((listener) => listener.close()));
    await world?.stop();
  }, LONG_MS);

  const listen = async ({ namespace }: RunningContainer, ...ports: number[]) => {
    open.push(await echoTcp(namespace, ports));
  };
  const knock = async (from: RunningContainer, to: RunningContainer, port = 8080) =>
    (await tryTcp(from.namespace, to.address, port)).result;

  describe('ADD', () => {
    it.each(VERSIONS)('answers in the words of version %s', async (cniVersion) => {
      const { exitCode, answer } = await one.ask('ADD', 'worded', { config: { cniVersion, dns: { domain: 'x' } } });
      const address = answer?.ips?.[0]?.address.replace('/32', '') as string;
      const hex = address.split('.').map((octet) => Number(octet).toString(16).padStart(2, '0'));
      const digits = address.split('.').map((octet) => octet.padStart(3, '0'));
      const ip = { interface: 1, address: `${address}/32`, gateway: '169.254.0.1' };
      expect({ exitCode, answer }).toEqual({
        exitCode: 0,
        answer: {
          cniVersion,
          interfaces: [
            { name: `s-${digits.join('')}`, mac: `aa:aa:${hex.join(':')}` },
            { name: 'eth0', mac: `ee:ee:${hex.join(':')}`, sandbox: one.namespace('worded').path },
          ],
          ips: [cniVersion.startsWith('0.') ? { version: '4', ...ip } : ip],
          routes: [{ dst: '0.0.0.0/0', gw: '169.254.0.1' }],
          dns: { domain: 'x' },
        },
      });
      await one.remove('worded');
    });

    it('takes the name and the MTU that it is given, and limits what it is told to', async () => {
      const bandwidth = { ingressRate: 8_000_000, ingressBurst: 80_000, egressRate: 4_000_000, egressBurst: 80_000 };
      const { exitCode } = await one.ask('ADD', 'narrow', {
        ifname: 'net1',
        config: { mtu: 1200, runtimeConfig: { bandwidth } },
      });
      expect(exitCode).toBe(0);
      const [link = '', shaper = ''] = [/^s-/, /^i-/].map((name) =>
        one.inKernel().links.find((each) => name.test(each)),
      );
      expect(one.namespace('narrow').run('ip', 'link', 'show', 'dev', 'net1')).toContain('mtu 1200');
      expect(one.cell.run(`tc qdisc show dev ${link}`)).toMatch(/tbf .*rate 8Mbit burst 10000b/);
      expect(one.cell.run(`tc qdisc show dev ${shaper}`)).toMatch(/tbf .*rate 4Mbit burst 10000b/);
      expect((await one.ask('CHECK', 'narrow', { ifname: 'net1' })).answer).toBeNull();
      // What another attachment is refused must not cost this one its place.
      expect((await one.ask('ADD', 'narrow')).answer).toMatchObject({ code: 102 });
      await one.ask('DEL', 'narrow');
      expect(one.inKernel().links).toEqual([shaper, link].sort());
      await one.ask('DEL', 'narrow', { ifname: 'net1' });
      expect(one.inKernel()).toEqual({ links: [], senders: [] });
      one.destroy('narrow');
    });

    it('again gives the same answer, and after a lost link a working one', async () => {
      const first = await one.ask('ADD', 'again');
      expect((await one.ask('ADD', 'again')).answer).toEqual(first.answer);
      one.namespace('again').run('ip', 'link', 'delete', 'eth0');
      const anew = await one.ask('ADD', 'again');
      expect(anew.exitCode).toBe(0);
      expect(anew.answer?.ips).not.toEqual(first.answer?.ips);
      expect((await one.ask('CHECK', 'again')).exitCode).toBe(0);
      await one.remove('again');
    });

    it.each<[number, object]>([
      [1, { config: { cniVersion: '0.2.0' } }],
      [1, { config: { cniVersion: undefined } }],
      [3, { netns: '/run/netns/none-of-this-name' }],
      [4, { containerId: '../etc' }],
      [4, { ifname: 'sixteen-letters-' }],
      [4, { netns: 'relative' }],
      [7, { config: { name: '' } }],
      [7, { config: { mtu: -1 } }],
      [7, { config: { ingressRate: 8 } }],
      [7, { config: { agentSocket: 'relative' } }],
      [7, { config: { metadata: { app_id: 'web', ports: '8080,x' } } }],
      [11, { config: { agentSocket: '/run/none-of-this-name.sock' } }],
    ])('fails with code %i for %j, and leaves nothing', async (code, extras) => {
      const { exitCode, answer } = await one.ask('ADD', 'wrong', extras);
      expect([exitCode, answer?.code]).toEqual([1, code]);
      expect(answer?.msg?.length).toBeGreaterThan(10);
      expect(one.inKernel()).toEqual({ links: [], senders: [] });
    });
  });

  it('VERSION needs no agent, and what is no JSON is said to be none', async () => {
    const answer = { cniVersion: '0.4.0', supportedVersions: VERSIONS };
    expect(await runPlugin('VERSION', { cniVersion: '0.4.0' })).toMatchObject({ exitCode: 0, answer });
    expect(await runPlugin('ADD', '{"cniVersion')).toMatchObject({ exitCode: 1, answer: { code: 6 } });
    expect(await runPlugin('ADD', '[]')).toMatchObject({ exitCode: 1, answer: { code: 6 } });
  });

  it(
    'policies open and close what goes between them, on one cell as between two',
    async () => {
      const web = await one.run('web', 'web');
      const near = await one.run('near', 'db');
      const far = await two.run('far', 'db');
      await listen(near, 8080, 8091);
      await listen(far, 8080, 8091);
      for (const db of [near, far]) expect(await knock(web, db)).toBe('ECONNREFUSED');
      // The machine itself is no app, and is not asked for a policy.
      expect((await tryTcp(one.cell.namespace, near.address, 8080)).result).toBe('answered');
      const policy = wirePolicy('web', 'db', 8080, 8090);
      await world.allow(policy);
      for (const db of [near, far]) {
        expect([await knock(web, db), await knock(web, db, 8091)]).toEqual(['answered', 'ECONNREFUSED']);
        expect(await knock(db, web)).toBe('ECONNREFUSED');
      }
      const held = await holdTcp(web.namespace, far.address, 8080);
      expect(await held.send()).toMatchObject({ result: 'answered' });
      await world.forbid(policy);
      for (const db of [near, far]) expect(await knock(web, db)).toBe('ECONNREFUSED');
      expect((await held.send()).result).not.toBe('answered');
      held.close();
      for (const id of ['web', 'near']) await one.remove(id);
      await two.remove('far');
    },
    LONG_MS,
  );

  it(
    'one without an identity reaches nobody and is reached by nobody, whatever others may',
    async () => {
      const web = await one.run('web', 'web');
      const nobody = await one.ask('ADD', 'nobody');
      const address = nobody.answer?.ips?.[0]?.address.split('/')[0] as string;
      const unknown = { id: 'nobody', namespace: one.namespace('nobody'), address };
      await listen(unknown, 8080);
      await listen(web, 8080);
      await world.allow(wirePolicy('web', 'web'), wirePolicy('web', 'nobody'), wirePolicy('nobody', 'web'));
      expect([await knock(web, unknown), await knock(unknown, web)]).toEqual(['ECONNREFUSED', 'ECONNREFUSED']);
      await world.forbid(wirePolicy('web', 'web'), wirePolicy('web', 'nobody'), wirePolicy('nobody', 'web'));
      await one.remove('nobody');
      await one.remove('web');
    },
    LONG_MS,
  );

  it('CHECK finds what others have changed', async () => {
    await one.run('web', 'web');
    const checked = async () => (await one.ask('CHECK', 'web')).answer;
    expect(await checked()).toBeNull();
    one.namespace('web').run('ip', 'route', 'del', 'default');
    expect(await checked()).toMatchObject({ code: 103, msg: expect.stringContaining('no default route') as string });
    one.namespace('web').run('ip', 'link', 'delete', 'eth0');
    expect(await checked()).toMatchObject({ code: 103, msg: expect.stringContaining('is not on this cell') as string });
    expect((await one.ask('CHECK', 'none')).answer).toMatchObject({ code: 3 });
    await one.remove('web');
  });

  it('GC removes those of its network that the runtime does not know', async () => {
    for (const id of ['kept', 'lost', 'other'])
      await one.ask('ADD', id, id === 'other' ? { config: { name: 'other' } } : {});
    const valid = [
      { containerID: 'kept', ifname: 'eth0' },
      { containerID: 'lost', ifname: 'eth1' },
    ];
    const config = { ...one.network, cniVersion: '1.1.0', 'cni.dev/valid-attachments': valid };
    expect(await runPlugin('GC', config)).toMatchObject({ exitCode: 0, answer: null });
    expect((await one.cell.agent.list()).map(({ handle }) => handle)).toEqual(['kept', 'other']);
    expect(await runPlugin('STATUS', config)).toMatchObject({ exitCode: 0, answer: null });
    for (const id of ['kept', 'other']) await one.remove(id);
    one.destroy('lost');
  });

  it('DEL succeeds twice, for what never was, without a namespace, and with it gone', async () => {
    await one.run('web', 'web');
    const gone = { netns: '' };
    for (const ended of [await one.ask('DEL', 'web'), await one.ask('DEL', 'web'), await one.ask('DEL', 'never', gone)])
      expect(ended).toMatchObject({ exitCode: 0, answer: null });
    await one.run('db', 'db');
    one.destroy('db');
    expect(await one.ask('DEL', 'db', gone)).toMatchObject({ exitCode: 0, answer: null });
    expect(one.inKernel()).toEqual({ links: [], senders: [] });
    one.destroy('web');
    one.destroy('never');
  });

  it(
    'works while the control plane is away',
    async () => {
      const [web, db] = [await one.run('web', 'web'), await one.run('db', 'db')];
      await listen(db, 8080);
      await world.allow(wirePolicy('web', 'db'));
      await world.stopControlPlane();
      const again = await one.run('again', 'web');
      expect([await knock(again, db), await knock(web, db)]).toEqual(['answered', 'answered']);
      for (const id of ['again', 'web', 'db']) await one.remove(id);
      await world.startControlPlane();
      await world.forbid(wirePolicy('web', 'db'));
    },
    LONG_MS,
  );

  it(
    'fifty at once come and go, each with an address of its own',
    async () => {
      const half = Array.from({ length: 25 }, (_, i) => `many${i}`);
      const onBoth = <T>(act: (runtime: CniRuntime, id: string) => Promise<T>) =>
        Promise.all([one, two].flatMap((runtime) => half.map((id) => act(runtime, id))));
      const added = await onBoth((runtime, id) => runtime.run(id, 'web'));
      expect(new Set(added.map(({ address }) => address)).size).toBe(50);
      expect([...one.inKernel().senders, ...two.inKernel().senders].sort()).toEqual(
        added.map(({ address }) => address).sort(),
      );
      const [first, last] = [added[0], added.at(-1)] as [RunningContainer, RunningContainer];
      await listen(first, 8080);
      await world.allow(wirePolicy('web', 'web'));
      expect(await knock(last, first)).toBe('answered');
      await world.forbid(wirePolicy('web', 'web'));
      await onBoth((runtime, id) => runtime.ask('DEL', id));
      for (const runtime of [one, two]) {
        expect(runtime.inKernel()).toEqual({ links: [], senders: [] });
        expect(await runtime.cell.agent.list()).toEqual([]);
        for (const id of half) runtime.destroy(id);
      }
    },
    MANY_MS,
  );

  it(
    'all addresses of a block are given out, which are three less than it has; then one that is free again',
    async () => {
      const netns = (i: number) => one.namespace(`full${i}`).path;
      const ids = Array.from({ length: BLOCK_SIZE - 3 }, (_, i) => i);
      for (const i of ids) await one.cell.agent.add({ handle: `full${i}`, app: 'web', index: i, netns: netns(i) });
      const refused = { exitCode: 1, answer: { code: 101, details: 'no IP addresses available in range set' } };
      expect(await one.ask('ADD', 'late')).toMatchObject(refused);
      await one.cell.agent.remove('full7');
      expect(await one.ask('ADD', 'late')).toMatchObject({ exitCode: 0 });
      await one.ask('DEL', 'late');
      for (const i of ids) await one.cell.agent.remove(`full${i}`);
      expect(one.inKernel()).toEqual({ links: [], senders: [] });
      one.destroyAll();
    },
    MANY_MS,
  );

  it(
    'without an agent DEL is done when the namespace has gone, and to be tried again when not',
    async () => {
      await two.run('stays', 'web');
      await two.run('goes', 'web');
      await two.cell.stop();
      expect(await two.ask('DEL', 'stays')).toMatchObject({ exitCode: 1, answer: { code: 11 } });
      expect(await two.ask('STATUS', 'stays')).toMatchObject({ exitCode: 1, answer: { code: 50 } });
      two.destroy('goes');
      expect(await two.ask('DEL', 'goes', { netns: '/run/netns/none-of-this-name' })).toMatchObject({ exitCode: 0 });
      await two.cell.start();
      expect((await two.cell.agent.list()).map(({ handle }) => handle)).toEqual(['stays']);
      await two.remove('stays');
      expect(two.inKernel()).toEqual({ links: [], senders: [] });
    },
    LONG_MS,
  );
});
