import { createServer } from 'node:net';
import {
  describeEachBackend,
  echoTcp,
  echoUdp,
  holdTcp,
  tryTcp,
  tryUdp,
  type Listener,
  type NetworkNamespace,
} from '@heddle/testing';
import { CniCells } from '../support/cni-cells';
import type { CniRuntime, Extras, RunningContainer } from '../support/cni-runtime';
import { outsideRulesOf } from '../support/outside-rules';
import { ping } from '../support/ping';
import { wirePolicy } from '../support/policies';
import { until } from '../support/processes';

const LONG_MS = 240_000;
const WEB = '198.19.0.100';
const OTHER = '198.19.0.101';
const DENIED = '198.19.0.102';
/** A group of so many rules must not be told from one of one rule where containers start. */
const MANY = 1_000;

jest.setTimeout(LONG_MS);

describeEachBackend('containers and the world outside the overlay', ({ name }) => {
  const rules = outsideRulesOf(name);
  let world: CniCells;
  let one: CniRuntime;
  let two: CniRuntime;
  let outside: NetworkNamespace;
  const open: Listener[] = [];

  beforeAll(async () => {
    world = await CniCells.start('hsg');
    one = await world.cell(1, {
      ...rules.settings,
      HEDDLE_DNS_SERVERS: '169.254.0.2,198.19.0.101',
      HEDDLE_HOST_TCP_SERVICES: '169.254.0.5:9001',
      HEDDLE_DENY_NETWORKS: `${DENIED}/32`,
      HEDDLE_DENY_NETWORKS_STAGING: `${OTHER}/32`,
      HEDDLE_LIMIT_CONNECTIONS: 'dry-run',
      HEDDLE_CONNECTIONS_PER_SECOND: '1',
      HEDDLE_CONNECTIONS_AT_ONCE: '3',
    });
    two = await world.cell(2, {
      ...rules.settings,
      HEDDLE_NO_MASQUERADE: `${OTHER}/32`,
      HEDDLE_SECURITY_GROUPS: 'given',
      HEDDLE_CUT_LIVE: 'off',
      HEDDLE_LIMIT_CONNECTIONS: 'on',
      HEDDLE_CONNECTIONS_PER_SECOND: '1',
      HEDDLE_CONNECTIONS_AT_ONCE: '3',
    });
    outside = world.outsider(WEB);
    for (const address of [OTHER, DENIED]) outside.run('ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0');
    open.push(
      await echoTcp(outside, [80, 443, 8080, 8081]),
      await echoUdp(outside, 5353),
      await echoUdp(outside, 53, OTHER),
    );
    for (const address of ['169.254.0.2/32', '169.254.0.5/32']) one.cell.run(`ip addr add ${address} dev lo`);
    open.push(
      await echoTcp(one.cell.namespace, [53, 9001, 9002]),
      await echoUdp(one.cell.namespace, 53, '169.254.0.2'),
    );
  }, LONG_MS);
  afterAll(async () => {
    await Promise.all(open.map((listener) => listener.close()));
    await world?.stop();
  }, LONG_MS);

  const run = (cell: CniRuntime, id: string, { workload = 'app', space = 'space-1', ...extras }: RunOptions = {}) => {
    const metadata = { policy_group_id: id, app_id: id, space_id: space, container_workload: workload };
    return cell.run(id, id, { config: { metadata, runtimeConfig: extras } } as Extras);
  };
  const tcp = async ({ namespace }: RunningContainer, address: string, port: number) =>
    (await tryTcp(namespace, address, port)).result;
  const udp = async ({ namespace }: RunningContainer, address: string, port: number) =>
    (await tryUdp(namespace, address, port)).result;
  const tcpUntil = (from: RunningContainer, address: string, port: number, wanted: string) =>
    until(`${address}:${port} is ${wanted}`, async () => (await tcp(from, address, port)) === wanted);
  /** Whom a server sees when a container connects. */
  const seenBy = async (from: RunningContainer, server: NetworkNamespace, address: string, port: number) => {
    const { seen, close } = await server.within(() => callers(port));
    try {
      await tryTcp(from.namespace, address, port);
      return await seen;
    } finally {
      close();
    }
  };
  const rule = (destination: string, ports = '', protocol = ports ? 'tcp' : 'all', members: object = {}) => {
    return { protocol, destination, ports, ...members };
  };

  it('is closed until a group opens a part of it, at once and for those that run, and closes again', async () => {
    const web = await run(one, 'web');
    expect(await tcp(web, WEB, 80)).toBe('ECONNREFUSED');
    expect(await udp(web, OTHER, 53)).toBe('ECONNREFUSED');
    await world.putGroup('some', { rules: [rule(WEB, '80, 8080-8081')], runningSpaces: ['space-1'] });
    await tcpUntil(web, WEB, 80, 'answered');
    expect(await tcp(web, WEB, 8081)).toBe('answered');
    expect(await tcp(web, WEB, 443)).toBe('ECONNREFUSED');
    expect(await tcp(web, OTHER, 80)).toBe('ECONNREFUSED');
    expect(await udp(web, WEB, 5353)).not.toBe('answered');
    expect(ping(web.namespace, WEB)).toBe('refused');

    // Another space, another kind, and none at all.
    const [other, staging, nobody] = [
      await run(one, 'other', { space: 'space-2' }),
      await run(one, 'staging', { workload: 'staging' }),
      await one.ask('ADD', 'nobody').then(() => one.namespace('nobody')),
    ];
    expect(await tcp(other, WEB, 80)).toBe('ECONNREFUSED');
    expect(await tcp(staging, WEB, 80)).toBe('ECONNREFUSED');
    expect((await tryTcp(nobody, WEB, 80)).result).toBe('ECONNREFUSED');

    const held = await holdTcp(web.namespace, WEB, 8080);
    expect(await held.send()).toMatchObject({ result: 'answered' });
    await world.putGroup('some', {
      rules: [rule(WEB, '80'), rule(WEB, '5353', 'udp'), rule(WEB, '', 'icmp', { type: 8, code: -1 })],
      runningSpaces: ['space-1'],
    });
    await tcpUntil(web, WEB, 8081, 'ECONNREFUSED');
    expect(await held.send()).toMatchObject({ result: 'ECONNRESET' });
    expect(await udp(web, WEB, 5353)).toBe('answered');
    expect(ping(web.namespace, WEB)).toBe('answered');
    held.close();
    await one.remove('other');
    await one.remove('staging');
    await one.remove('nobody');
  });

  it('a wide group opens neither what the cell denies, nor other containers, nor the cell', async () => {
    await world.putGroup('all', { rules: [rule('0.0.0.0/0')], runningDefault: true, stagingDefault: true });
    const [client, server] = [await run(one, 'client', { space: 'space-3' }), await run(one, 'server')];
    const [staging, remote] = [await run(one, 'stager', { workload: 'staging' }), await run(two, 'remote')];
    open.push(await echoTcp(server.namespace, [8080]), await echoTcp(remote.namespace, [8080]));
    await tcpUntil(client, OTHER, 443, 'answered');
    expect(await udp(client, OTHER, 53)).toBe('answered');
    expect(await tcp(client, DENIED, 443)).toBe('ECONNREFUSED');
    expect(await tcp(staging, WEB, 443)).toBe('answered');
    expect(await tcp(staging, OTHER, 443)).toBe('ECONNREFUSED');
    for (const { address } of [server, remote]) expect(await tcp(client, address, 8080)).toBe('ECONNREFUSED');
    await world.allow(wirePolicy('client', 'server', 8080), wirePolicy('client', 'remote', 8080));
    for (const { address } of [server, remote]) expect(await tcp(client, address, 8080)).toBe('answered');

    expect(await tcp(client, one.cell.underlayAddress, 9002)).toBe('ECONNREFUSED');
    for (const [address, port, result] of [
      ['169.254.0.2', 53, 'answered'],
      ['169.254.0.5', 9001, 'answered'],
      ['169.254.0.5', 9002, 'ECONNREFUSED'],
    ] as const)
      expect([port, await tcp(client, address, port)]).toEqual([port, result]);
    expect(await udp(client, '169.254.0.2', 53)).toBe('answered');
    expect(await udp(client, '169.254.0.2', 54)).toBe('ECONNREFUSED');
    const { answer } = await one.ask('ADD', 'resolving');
    expect(answer).toMatchObject({ dns: { nameservers: ['169.254.0.2', OTHER] } });
  });

  it('outside it is the cell that sends, and another container sees who does', async () => {
    const client = await run(one, 'client', { space: 'space-3' });
    expect(await seenBy(client, outside, WEB, 8090)).toBe(one.cell.underlayAddress);
    const server = await run(one, 'server');
    await world.allow(wirePolicy('client', 'server', 8090));
    expect(await seenBy(client, server.namespace, server.address, 8090)).toBe(client.address);
  });

  it('where the cell is told so, a container is seen as it is', async () => {
    const client = await run(two, 'unmasked', { netOutRules: [{ protocol: 0 }] });
    outside.run('ip', 'route', 'replace', `${client.address}/32`, 'via', two.cell.underlayAddress);
    for (const [address, port, seen] of [
      [OTHER, 8091, client.address],
      [WEB, 8092, two.cell.underlayAddress],
    ] as const)
      expect(await seenBy(client, outside, address, port)).toBe(seen);
  });

  it('a published port of the cell leads to the container from outside, and not from its neighbours', async () => {
    const resolver = { hostPort: 61_001, containerPort: 5353, protocol: 'udp' };
    const portMappings = [{ host_port: 61_000, container_port: 8080 }, resolver];
    const routed = await run(one, 'routed', { portMappings });
    open.push(await echoTcp(routed.namespace, [8080]), await echoUdp(routed.namespace, 5353));
    const knock = async (from: NetworkNamespace) => (await tryTcp(from, one.cell.underlayAddress, 61_000)).result;
    expect(await knock(outside)).toBe('answered');
    expect((await tryUdp(outside, one.cell.underlayAddress, resolver.hostPort)).result).toBe('answered');
    expect(await one.ask('ADD', 'late', { config: { runtimeConfig: { portMappings } } })).toMatchObject({
      answer: {
        msg: expect.stringMatching(/^port 61000\/tcp at \S+ of the cell leads to container routed already/) as string,
      },
    });
    expect(await knock((await run(one, 'client', { space: 'space-3' })).namespace)).toBe('ECONNREFUSED');
    expect((await tryTcp(outside, routed.address, 8080)).result).not.toBe('answered');
    await one.remove('routed');
    expect(await knock(outside)).toBe('ECONNREFUSED');
  });

  it('rules that a container comes with count where the cell says so, and there only', async () => {
    const netOutRules = [
      { protocol: 1, networks: [{ start: WEB, end: WEB }], ports: [{ start: 80, end: 80 }], log: true },
    ];
    const given = await run(two, 'given', { netOutRules });
    expect(await tcp(given, WEB, 80)).toBe('answered');
    expect(await tcp(given, WEB, 443)).toBe('ECONNREFUSED');
    expect(rules.logged(two.cell)).toBe(1);
    const live = await run(one, 'live', { netOutRules, workload: 'other' });
    expect(await tcp(live, WEB, 80)).toBe('ECONNREFUSED');
  });

  it('too many connections to one place are refused, and in a dry run only counted', async () => {
    const netOutRules = [{ protocol: 0 }];
    const [limited, dry] = [await run(two, 'limited', { netOutRules }), await run(one, 'dry')];
    const results = async (from: RunningContainer): Promise<Set<string>> => {
      const all = new Set<string>();
      for (let i = 0; i < 12; i++) all.add(await tcp(from, WEB, 443));
      return all;
    };
    expect(await results(limited)).toEqual(new Set(['answered', 'ECONNREFUSED']));
    expect(await tcp(limited, WEB, 80)).toBe('answered');
    expect(await results(dry)).toEqual(new Set(['answered']));
    expect(rules.tooMany(one.cell)).toBeGreaterThan(0);
  });

  it('a group of a thousand rules is in the kernel once, and costs a container that starts nothing', async () => {
    const many = Array.from({ length: MANY }, (_, i) => rule(`10.${i >> 8}.${i & 255}.1`, '443'));
    await world.putGroup('many', { rules: many, runningSpaces: ['space-1'] });
    await until('it is there', () => Promise.resolve(rules.list(one.cell).includes('10.3.231.1')));
    const before = rules.reaches(one.cell);
    await run(one, 'one-more');
    expect(rules.reaches(one.cell).sort()).toEqual(before.sort());
    expect(rules.ways(one.cell)).toBeGreaterThan(2);
    expect((await one.ask('CHECK', 'one-more')).answer).toBeNull();
  });
});

interface RunOptions {
  readonly workload?: string;
  readonly space?: string;
  readonly portMappings?: object[];
  readonly netOutRules?: object[];
}

/** Says who connects first. */
async function callers(port: number): Promise<{ readonly seen: Promise<string>; readonly close: () => void }> {
  const server = createServer();
  const seen = new Promise<string>((resolve) =>
    server.once('connection', (socket) => {
      resolve(socket.remoteAddress ?? '');
      socket.end();
    }),
  );
  await new Promise<void>((listening) => server.listen(port, '0.0.0.0', listening));
  return { seen, close: () => server.close() };
}
