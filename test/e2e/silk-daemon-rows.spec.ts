import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LeaseClient, stateSubject, type LeaseMessage } from '@heddle/cell-protocol';
import { describeAsRoot, NetworkNamespace, startTestNats, type TestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { OverlayCells, type OverlayCell } from '../support/overlay-cells';
import { until } from '../support/processes';

const LONG_MS = 60_000;
const TOLERANCE_S = 3;
const SILK_PORT = 23_954;
const [OLD, NEW] = ['10.250.0.0/21', '10.251.0.0/22'];
const SETTINGS = { HEDDLE_LEASE_RENEW_INTERVAL: '1', HEDDLE_LEASE_QUARANTINE: '1' };

/**
 * The rows of the suites of silk-daemon, of its teardown and of silk-cni, and the black-box case 13, for the agent that does their job.
 * Where its answer is another one on purpose, it is in brackets.
 *
 * | row                                                     | spec                                                          |
 * | ------------------------------------------------------- | ------------------------------------------------------------- |
 * | VTEP; routes, neighbours, forwarding come and go        | here                                                          |
 * | leases outside the range are ignored                    | here                                                          |
 * | discovered lease: it is renewed                         | here; ../../apps/cell-agent/src/lease/lease-holder.spec.ts    |
 * | … 409 [stops, gets another]; 500, with containers or    | lease-holder.spec.ts; overlay.spec.ts: restarts while nobody  |
 * |   without [goes on with the lease of the last run]      |   can be asked, two cells claim one subnet                    |
 * | partition tolerance [stops forwarding, does not end]    | here                                                          |
 * | client time-out; bad TLS [NATS carries it: no rights]   | ../../libs/cell-protocol/src/lease-request.it.spec.ts,        |
 * |                                                         |   ../../libs/platform/src/nats/cell-rights.it.spec.ts         |
 * | custom interface; single address                        | here                                                          |
 * | case 13: controller down, nothing left, malformed       | here; [lost, not ended: overlay.spec.ts: loses nothing]       |
 * | teardown: each failure does the other; both are logged  | here                                                          |
 * | bootstrap and shutdown: waits for containers            | here                                                          |
 * | silk-cni: result, veth, MACs, NOARP, neighbours, MTU    | cni.spec.ts: answers in the words, takes the name and the MTU |
 * | silk-cni: DEL twice, without daemon, without namespace  | cni.spec.ts: DEL succeeds twice, without an agent             |
 * |   (case 15) [no daemon: once the namespace has gone]    |   DEL is done when the namespace has gone                     |
 * | silk-cni: exhaustion (case 14)                          | cni.spec.ts: all addresses of a block                         |
 * | silk-cni: connectivity; metadata [the agent keeps it]   | cni.spec.ts: policies open and close; cni-crashes.spec.ts     |
 * | silk-cni asks the daemon                                | here; ../../apps/cell-agent/src/silk-api.it.spec.ts           |
 * | a health check that misreports (problem 25)             | silk-api.it.spec.ts: says those of now, and nothing without a |
 * |                                                         |   lease; overlay.spec.ts: restarts while nobody can be asked  |
 * | the ceiling of tags (problem 31)                        | policy-api.spec.ts: tells how many tags there are left        |
 */
describeAsRoot('what silk’s suites ask of a cell', () => {
  let nats: TestNats;
  let directory: string;
  let control: ControlPlaneProcess;
  let cells: OverlayCells;
  let leases: LeaseClient;

  beforeAll(async () => {
    nats = await startTestNats();
    directory = await mkdtemp(join(tmpdir(), 'heddle-rows-'));
    control = await startControl({ HEDDLE_OVERLAY_NETWORKS: OLD });
    cells = await OverlayCells.start('hrow', nats, SETTINGS);
    leases = new LeaseClient(await nats.connect('cell'), LONG_MS);
  }, 120_000);
  afterAll(async () => {
    await cells?.stop();
    await control?.stop();
    await nats?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 120_000);

  const startControl = (networks: Record<string, string>) =>
    ControlPlaneProcess.start(nats, join(directory, 'data'), nats.url, { ...SETTINGS, ...networks });
  const at = (number: number): OverlayCell => cells.all.get(number) as OverlayCell;
  interface Status {
    readonly lease: LeaseMessage | null;
    readonly alarms: readonly { readonly code: string }[];
  }
  const status = async (number: number) => (await at(number).agent.status()) as unknown as Status;
  const alarmsOf = async (number: number) => (await status(number)).alarms.map(({ code }) => code);
  const leaseOf = async (number: number) => (await status(number)).lease as LeaseMessage;
  /** The lease of a machine that is not there. */
  const absent = async (number: number): Promise<LeaseMessage> => {
    const underlayAddress = `198.19.0.${100 + number}`;
    return (await leases.acquire({ cell: `absent-${number}`, incarnation: randomUUID(), underlayAddress })).lease;
  };
  /** How many entries of each kind the kernel has for a lease. */
  const entriesFor = (number: number, { overlaySubnet, overlayHardwareAddress }: LeaseMessage) => {
    const lines = (command: string, text: string) =>
      at(number)
        .run(command)
        .split('\n')
        .filter((line) => line.startsWith(text)).length;
    return [
      lines('ip route show dev silk-vtep', `${overlaySubnet} via`),
      lines(
        'ip neigh show dev silk-vtep nud permanent',
        `${overlaySubnet.split('/')[0]} lladdr ${overlayHardwareAddress}`,
      ),
      lines('bridge fdb show dev silk-vtep', overlayHardwareAddress),
    ];
  };
  const [ALL, NONE] = [
    [1, 1, 1],
    [0, 0, 0],
  ];
  const becomes = (what: string, lease: LeaseMessage, entries: readonly number[] | undefined, number = 1) =>
    until(
      what,
      () => {
        try {
          return entriesFor(number, lease).join() === entries?.join();
        } catch {
          // The VTEP is away for a moment when it is made anew with another address.
          return false;
        }
      },
      LONG_MS,
    );

  it('a VTEP with all it needs, and an answer for silk-cni', async () => {
    await cells.add(1, { environment: { HEDDLE_SILK_DAEMON_PORT: String(SILK_PORT) } });
    const { overlaySubnet, overlayHardwareAddress } = await leaseOf(1);
    const shown = at(1).run('ip -d addr show dev silk-vtep');
    for (const part of [
      `link/ether ${overlayHardwareAddress}`,
      'mtu 1450',
      `vxlan id 1 local ${at(1).underlayAddress} dev eth0`,
      `inet ${overlaySubnet.split('/')[0]}/21 scope link silk-vtep`,
    ])
      expect(shown).toContain(part);
    expect(shown).toMatch(/dstport 4789 .*nolearning.* gbp/);
    const answer = at(1).run(`curl -s http://127.0.0.1:${SILK_PORT}/`);
    expect(JSON.parse(answer)).toEqual({ overlay_subnet: overlaySubnet, mtu: 1450 });
  }, 120_000);

  it('entries for each lease, gone with it; none for what is outside the overlay or malformed, which holds up no other', async () => {
    const [first, second] = [await absent(1), await absent(2)];
    for (const lease of [first, second]) await becomes('it is reached', lease, ALL);
    const jetstream = (await nats.connect('control')).jetstream();
    const outside = {
      ...second,
      cell: 'outside',
      overlaySubnet: '10.77.1.0/24',
      overlayHardwareAddress: 'ee:ee:0a:4d:01:00',
    };
    const peer = (({ cell, underlayAddress, overlaySubnet, overlayHardwareAddress }) => ({
      ...{ cell, underlayAddress, overlaySubnet, overlayHardwareAddress },
    }))(outside);
    await jetstream.publish(stateSubject.lease('outside'), JSON.stringify({ cell: 'outside', rev: 1, peer }));
    await jetstream.publish(stateSubject.lease('absent-2'), '{"cell":"absent-2","rev":9');
    await leases.release(first);
    await becomes('it is gone', first, NONE);
    await becomes('the next is reached', await absent(3), ALL);
    expect([entriesFor(1, second), entriesFor(1, outside)]).toEqual([ALL, NONE]);
    expect((await alarmsOf(1)).sort()).toEqual(['malformed-document', 'peers-left-out']);
    await jetstream.publish(stateSubject.lease('outside'), JSON.stringify({ cell: 'outside', rev: 2, peer: null }));
  }, 120_000);

  it('what there was when the controller is down, also over a restart; nothing once it says that all have gone', async () => {
    const index = () => at(1).run('ip -o link show dev silk-vtep').split(':')[0];
    const [routes, before, lease] = [at(1).routes(), index(), await leaseOf(1)];
    expect(routes).toHaveLength(2);
    await control.kill();
    await delay(500);
    expect(at(1).routes()).toEqual(routes);
    control = await startControl({ HEDDLE_OVERLAY_NETWORKS: OLD });
    await at(1).stop();
    expect(at(1).routes()).toEqual(routes);
    await at(1).start();
    expect([at(1).routes(), index(), await leaseOf(1)]).toEqual([routes, before, lease]);
    for (const cell of ['absent-2', 'absent-3'])
      expect(await control.request('POST', '/api/v1/leases/release', { cell })).toMatchObject({ status: 200 });
    await until('there is no route', () => at(1).routes().length === 0, LONG_MS);
  }, 120_000);

  it('a single address, on the interface that has the address it is told; and nothing goes on for longer than is tolerated', async () => {
    const environment = { HEDDLE_SINGLE_ADDRESS: 'on', HEDDLE_PARTITION_TOLERANCE: String(TOLERANCE_S) };
    const cell = cells.make(2, { environment });
    for (const line of [
      'link add eth1 type veth peer name eth1-peer',
      'addr add 198.19.7.2/24 dev eth1',
      'link set eth1 up',
    ])
      cell.run(`ip ${line}`);
    cell.underlayAddress = '198.19.7.2';
    await cell.start();
    const [single, block] = [await leaseOf(2), await leaseOf(1)];
    expect(single.overlaySubnet).toMatch(/^10\.250\.0\.\d+\/32$/);
    const shown = cell.run('ip -d addr show dev silk-vtep');
    expect(shown).toContain('local 198.19.7.2 dev eth1');
    expect(shown).toContain(`inet ${single.overlaySubnet.split('/')[0]}/21 scope link silk-vtep`);
    await becomes('the block is reached', block, ALL, 2);
    await becomes('the address is reached, without a route', single, [0, 1, 1]);
    cell.cutOff();
    await until('it is cut off', async () => (await alarmsOf(2)).includes('stale'), LONG_MS);
    expect(cell.namespace.has('silk-vtep')).toBe(true);
    await until('it has stopped', () => !cell.namespace.has('silk-vtep'), LONG_MS);
    await until('it says so', async () => (await alarmsOf(2)).includes('lease-lost'), LONG_MS);
    cell.mend();
    await until(
      'it forwards again',
      async () => (await leaseOf(2)) !== null && cell.namespace.has('silk-vtep'),
      LONG_MS,
    );
    expect(await cell.tearDown()).toBe(0);
    await cells.destroy(2);
  }, 180_000);

  it('when the network is changed: the lease of before, and a way to the new ones without a restart', async () => {
    await control.stop();
    control = await startControl({ HEDDLE_OVERLAY_NETWORKS: NEW, HEDDLE_OVERLAY_DRAINED_NETWORKS: OLD });
    const before = await leaseOf(1);
    await cells.add(3, {
      environment: { PATH: `${await brokenPath()}:${process.env.PATH}`, HEDDLE_DRAIN_TIMEOUT: '60' },
    });
    const after = await leaseOf(3);
    expect(after.overlaySubnet).toBe('10.251.1.0/24');
    await becomes('the new one is reached', after, ALL);
    await becomes('the old one is reached', before, ALL, 3);
    for (const number of [1, 3]) expect(await at(number).agent.check()).toMatchObject({ findings: [] });
    expect(await leaseOf(1)).toEqual(before);
    expect(await alarmsOf(1)).toEqual([]);
  }, 120_000);

  /** `ip` as everywhere, except that it removes no VTEP while there is a file of the name `broken`. */
  const brokenPath = async (): Promise<string> => {
    const real = (process.env.PATH ?? '').split(':').map((each) => `${each}/ip`);
    const script = `#!/bin/sh
if [ "$*" = "link delete dev silk-vtep" ] && [ -e ${join(directory, 'broken')} ]; then echo refused >&2; exit 1; fi
for ip in ${real.join(' ')}; do [ -x $ip ] && exec $ip "$@"; done
`;
    const folder = await mkdtemp(join(directory, 'bin-'));
    await writeFile(join(folder, 'ip'), script);
    await chmod(join(folder, 'ip'), 0o755);
    return folder;
  };

  it('a teardown that lets containers finish first, and takes each step whatever fails before; then all is said', async () => {
    const listed = async () => (await control.request('GET', '/api/v1/leases')).body;
    const container = NetworkNamespace.create('hrow-web');
    await at(3).agent.add({ handle: 'web-0', app: 'web', index: 0, netns: container.path });
    await writeFile(join(directory, 'broken'), '');
    const tearing = at(3).tearDown();
    await delay(1_500);
    expect(await at(3).agent.list()).toHaveLength(1);
    expect(await listed()).toContain('cell-3');
    await at(3).agent.remove('web-0');
    container.delete();
    expect(await tearing).not.toBe(0);
    expect(at(3).namespace.has('silk-vtep')).toBe(true);
    expect(await listed()).not.toContain('cell-3');
    expect(await readFile(at(3).log, 'utf8')).toMatch(/silk-vtep could not be removed: .*refused/);
    at(3).cutOff();
    expect(await at(3).tearDown()).not.toBe(0);
    const said = await readFile(at(3).log, 'utf8');
    expect(said.match(/silk-vtep could not be removed/g)?.length).toBeGreaterThan(2);
    expect(said).toContain('the lease of cell-3 could not be released');
    await rm(join(directory, 'broken'));
    at(3).mend();
    expect(await at(3).tearDown()).toBe(0);
    expect(at(3).namespace.has('silk-vtep')).toBe(false);
  }, 180_000);
});
