import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CellState } from '@heddle/calc';
import {
  addresses,
  describeEachBackend,
  echoTcp,
  echoUdp,
  hammerUdp,
  holdTcp,
  stateOf,
  streamTcp,
  tryTcp,
  tryUdp,
  TwoCells,
  vxlanPort,
  type App,
  type DropReason,
  type Listener,
} from '@heddle/testing';
import { hostInterfaceOf } from './containers/container-link';

/** "At once", with room for a busy machine; a time-out would take seconds. */
const AT_ONCE_MS = 500;

describeEachBackend('packets between two cells', (backend) => {
  let cells: TwoCells;
  const listeners: Listener[] = [];

  beforeAll(async () => {
    cells = await TwoCells.start('heddle-dp-packets', backend);
    for (const app of ['web', 'api', 'db'] as const) {
      listeners.push(await echoTcp(cells.containers[app], [8080, 8081, 20_000, 20_100, 20_101]));
      listeners.push(await echoUdp(cells.containers[app], 5353), await streamTcp(cells.containers[app], 8090));
    }
  }, 30_000);
  afterAll(async () => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await cells?.stop();
  });
  beforeEach(() => cells.allow());

  const tcp = (from: App, to: App, port: number) => tryTcp(cells.containers[from], addresses[to], port);
  const udp = (from: App, to: App, port: number) => tryUdp(cells.containers[from], addresses[to], port);

  describe.each<[string, App, App]>([
    ['within a cell', 'web', 'api'],
    ['across cells', 'web', 'db'],
  ])('%s', (_, from, to) => {
    it('refuses at once what no policy allows', async () => {
      const { result, ms } = await tcp(from, to, 8080);
      expect(result).toBe('ECONNREFUSED');
      expect(ms).toBeLessThan(AT_ONCE_MS);
    });

    it('lets through what a policy allows, and neither another port nor the way back', async () => {
      await cells.allow({ from, to, start: 8080 });
      expect(await tcp(from, to, 8080)).toMatchObject({ result: 'answered' });
      expect(await tcp(from, to, 8081)).toMatchObject({ result: 'ECONNREFUSED' });
      expect(await tcp(to, from, 8080)).toMatchObject({ result: 'ECONNREFUSED' });
      expect(await udp(from, to, 5353)).not.toMatchObject({ result: 'answered' });
    });

    it('counts both ends of a wide range in, and the ports beside them out', async () => {
      await cells.allow({ from, to, start: 20_000, end: 20_100 });
      expect(await tcp(from, to, 20_000)).toMatchObject({ result: 'answered' });
      expect(await tcp(from, to, 20_100)).toMatchObject({ result: 'answered' });
      expect(await tcp(from, to, 20_101)).toMatchObject({ result: 'ECONNREFUSED' });
    });

    it('cuts an open connection when its policy is removed, and refuses new ones', async () => {
      await cells.allow({ from, to, start: 8080 });
      const held = await holdTcp(cells.containers[from], addresses[to], 8080);
      expect(await held.send()).toMatchObject({ result: 'answered' });
      await cells.allow();
      const { result, ms } = await held.send();
      expect(result).toBe('ECONNRESET');
      expect(ms).toBeLessThan(AT_ONCE_MS);
      expect(await tcp(from, to, 8080)).toMatchObject({ result: 'ECONNREFUSED' });
      held.close();
    });

    it('cuts a connection on which only the other side speaks', async () => {
      await cells.allow({ from, to, start: 8090 });
      const held = await holdTcp(cells.containers[from], addresses[to], 8090);
      await cells.allow();
      const { result, ms } = await held.waitForEnd();
      // Node reads a reset that comes together with data as an end.
      expect(['ECONNRESET', 'closed']).toContain(result);
      expect(ms).toBeLessThan(AT_ONCE_MS);
    });

    it('lets datagrams and their answers through while a policy allows them', async () => {
      expect(await udp(from, to, 5353)).toMatchObject({ result: expect.stringMatching(/^(ECONNREFUSED|silent)$/) });
      await cells.allow({ from, to, protocol: 'udp', start: 5353 });
      expect(await udp(from, to, 5353)).toMatchObject({ result: 'answered' });
      expect(await tcp(from, to, 8080)).toMatchObject({ result: 'ECONNREFUSED' });
      await cells.allow();
      expect(await udp(from, to, 5353)).not.toMatchObject({ result: 'answered' });
    });
  });

  it('lets through only the app a policy names', async () => {
    await cells.allow({ from: 'api', to: 'db', start: 8080 });
    expect(await tcp('api', 'db', 8080)).toMatchObject({ result: 'answered' });
    expect(await tcp('web', 'db', 8080)).toMatchObject({ result: 'ECONNREFUSED' });
  });

  it('gives nothing to an address without programmed rules', async () => {
    await cells.allow({ from: 'web', to: 'db', start: 8080 });
    await cells.converge(2, { containers: [], peers: stateOf(2, []).peers });
    expect(await tcp('web', 'db', 8080)).toMatchObject({ result: 'ECONNREFUSED' });
  });

  it('changes who sends and who may come in at the same moment, so that no packet meets half of it', async () => {
    const { api, web } = { api: addresses.api, web: addresses.web };
    // Whoever web is at the time, api lets in the other alone.
    const [eleven, twelve] = ([11, 12] as const).map((tag): CellState => ({
      containers: [
        { handle: 'web-0', hostInterface: hostInterfaceOf(web), address: web, tag, inbound: [] },
        {
          ...{ handle: 'api-0', hostInterface: hostInterfaceOf(api), address: api, tag: null },
          inbound: [{ protocol: 'udp', start: 5353, end: 5353, tags: [23 - tag] }],
        },
      ],
      peers: [],
    })) as [CellState, CellState];
    await cells.converge(1, eleven);
    const hammer = await hammerUdp(cells.containers.web, api, 5353);
    // On a machine with other work to do, the sender may get its turn late.
    for (let turn = 0; turn < 10 || (hammer.sent() <= 20 && turn < 1_000); turn++) {
      await cells.converge(1, twelve);
      await cells.converge(1, eleven);
    }
    const { sent, answered } = await hammer.stop();
    expect(answered).toBe(0);
    expect(sent).toBeGreaterThan(20);
    await cells.converge(1, {
      ...eleven,
      containers: [...eleven.containers.slice(0, 1), ...twelve.containers.slice(1)],
    });
    expect(await udp('web', 'api', 5353)).toMatchObject({ result: 'answered' });
  });

  const dropped = (app: App, reason: DropReason) => backend.dropped(cells.cellOf(app).namespace, reason);

  it('takes tunnel packets from nobody but the other cells', async () => {
    await cells.allow({ from: 'web', to: 'db', start: 8080 });
    const state = stateOf(2, [{ from: 'web', to: 'db', start: 8080 }]);
    await cells.converge(2, { ...state, peers: [] });
    const before = dropped('db', 'stranger');
    expect(await tcp('web', 'db', 8080)).toMatchObject({ result: 'silent' });
    expect(dropped('db', 'stranger')).toBeGreaterThan(before);
    await cells.converge(2, state);
    expect(await tcp('web', 'db', 8080)).toMatchObject({ result: 'answered' });
  });

  describe('a container that cheats', () => {
    it('cannot send under the address of another', async () => {
      await cells.allow({ from: 'api', to: 'db', start: 8080 });
      const web = cells.containers.web;
      const cell = cells.cellOf('web').namespace;
      // The kernel's own reverse-path check would drop it first; the table must hold without it.
      cell.run('sysctl', '-w', 'net.ipv4.conf.s-010255001002.rp_filter=0');
      const before = dropped('web', 'forged source');
      web.run('ip', 'addr', 'add', addresses.api, 'dev', 'eth0');
      web.run('ip', 'route', 'replace', addresses.db, 'via', '169.254.0.1', 'dev', 'eth0', 'src', addresses.api);
      try {
        expect(await tcp('web', 'db', 8080)).toMatchObject({ result: 'silent' });
        expect(dropped('web', 'forged source')).toBeGreaterThan(before);
      } finally {
        web.run('ip', 'route', 'del', addresses.db);
        web.run('ip', 'addr', 'del', `${addresses.api}/32`, 'dev', 'eth0');
        cell.run('sysctl', '-w', 'net.ipv4.conf.s-010255001002.rp_filter=1');
      }
    });

    it.each<[string, string, DropReason]>([
      ['another cell', '192.0.2.2', 'into a tunnel'],
      ['its own cell', '192.0.2.1', 'into its own tunnel'],
    ])('cannot send into the tunnels of %s', async (_, cell, reason) => {
      const before = dropped('web', reason);
      await cells.containers.web.within(async () => {
        const socket = createSocket('udp4').bind();
        await once(socket, 'listening');
        socket.send('forged', vxlanPort, cell);
        await sleep(50);
        socket.close();
      });
      expect(dropped('web', reason)).toBe(before + 1);
    });
  });
});
