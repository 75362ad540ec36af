import { setTimeout as sleep } from 'node:timers/promises';
import {
  addresses,
  DatagramEnd,
  describeEachBackend,
  holdTcp,
  iptablesBackends,
  NetworkNamespace,
  nftables,
  stateOf,
  streamTcp,
  TwoCells,
  until,
  type App,
  type Listener,
  type TestedBackend,
} from '@heddle/testing';
import { detachContainer } from '../containers/detach-container';
import { attachContainer } from '../containers/attach-container';
import { TrackedConnections } from './tracked-connections';

const PORT = 5353;
const SOURCE_PORT = 40_000;
/** Long enough for twenty datagrams. */
const A_WHILE_MS = 100;

function flows(backend: TestedBackend, secondBackend = backend): void {
  let cells: TwoCells;
  const connections = new Map<NetworkNamespace, TrackedConnections>();
  const connectionsOf = (app: App): TrackedConnections =>
    connections.get(cells.cellOf(app).namespace) as TrackedConnections;
  const ends: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    cells = await TwoCells.start('heddle-dp-flows', backend, secondBackend);
    for (const { namespace } of cells.cells)
      connections.set(namespace, await namespace.within(() => TrackedConnections.open()));
  }, 30_000);
  afterAll(async () => {
    for (const each of connections.values()) await each.close();
    await cells.stop();
  });
  afterEach(async () => {
    await Promise.all(ends.splice(0).map((end) => end.close()));
    await cells.allow();
  });

  async function end(container: NetworkNamespace, port: number): Promise<DatagramEnd> {
    const opened = await DatagramEnd.open(container, port);
    ends.push(opened);
    return opened;
  }
  /** Datagrams both ways, those of the server as answers; resolves once each has heard the other. */
  async function flowing(from: App, to: App): Promise<{ client: DatagramEnd; server: DatagramEnd }> {
    const server = await end(cells.containers[to], PORT);
    const client = await end(cells.containers[from], SOURCE_PORT);
    server.say(`from ${to}`, addresses[from], SOURCE_PORT);
    client.say(`from ${from}`, addresses[to], PORT);
    await until(() => server.heard.length > 0 && client.heard.length > 0);
    return { client, server };
  }
  async function hearsNothing(end: DatagramEnd): Promise<void> {
    // What had arrived before the cut may still wait to be read.
    await sleep(A_WHILE_MS);
    end.heard.length = 0;
    await sleep(A_WHILE_MS);
    expect(end.heard).toEqual([]);
  }
  const forbid = async (to: App): Promise<number | null> => {
    const { firewall, namespace } = cells.cellOf(to);
    return namespace.within(async () => {
      const { withdrawn } = await firewall.converge(stateOf(to === 'db' ? 2 : 1, []));
      return connectionsOf(to).cut(withdrawn);
    });
  };

  describe.each<[string, App, App]>([
    ['within a cell', 'web', 'api'],
    ['across cells', 'web', 'db'],
  ])('%s', (_, from, to) => {
    const udp = { from, to, protocol: 'udp' as const, start: PORT };

    it('end both ways when what allowed them is removed, are counted, and go on when it is allowed again', async () => {
      await cells.allow(udp);
      const { client, server } = await flowing(from, to);
      expect(await forbid(to)).toBe(1);
      await Promise.all([hearsNothing(client), hearsNothing(server)]);
      await cells.allow(udp);
      await until(() => server.heard.length > 0 && client.heard.length > 0);
    });

    it('end when only the one that answers still speaks', async () => {
      await cells.allow(udp);
      const { client } = await flowing(from, to);
      (ends.at(-1) as DatagramEnd).hush();
      expect(await forbid(to)).toBe(1);
      await hearsNothing(client);
    });

    it('go on, though the other side spoke first while nothing allowed it', async () => {
      const server = await end(cells.containers[to], PORT);
      const client = await end(cells.containers[from], SOURCE_PORT);
      server.say('early', addresses[from], SOURCE_PORT);
      await hearsNothing(client);
      await cells.allow(udp);
      client.say('late', addresses[to], PORT);
      await until(() => server.heard.length > 0 && client.heard.length > 0);
      expect(await forbid(to)).toBe(1);
      await hearsNothing(client);
    });

    it('are told apart by their ports: those that are still allowed are neither ended nor counted', async () => {
      await cells.allow({ ...udp, start: 5300, end: 5400 }, { from, to, start: 8090 });
      const stream: Listener = await streamTcp(cells.containers[to], 8090);
      ends.push(stream);
      const { client } = await flowing(from, to);
      const held = await holdTcp(cells.containers[from], addresses[to], 8090);
      const state = stateOf(to === 'db' ? 2 : 1, [udp]);
      const { firewall, namespace } = cells.cellOf(to);
      const { withdrawn } = await namespace.within(() => firewall.converge(state));
      expect(await namespace.within(() => connectionsOf(to).cut(withdrawn))).toBe(1);
      expect(['ECONNRESET', 'closed']).toContain((await held.waitForEnd()).result);
      client.heard.length = 0;
      await until(() => client.heard.length > 0);
    });
  });

  /** The container of an app dies, and another one takes its address within the second. */
  async function replace(app: App, prefix: string): Promise<NetworkNamespace> {
    const { namespace, firewall, vtep } = cells.cellOf(app);
    const address = addresses[app];
    const number = app === 'db' ? 2 : 1;
    const successor = NetworkNamespace.create(`heddle-dp-flows-${prefix}`);
    const { containers, peers } = stateOf(number, []);
    await namespace.within(async () => {
      await detachContainer(address);
      await firewall.converge({ peers, containers: containers.filter((each) => each.address !== address) });
      await connectionsOf(app).forget(address);
      const tag = 77;
      await firewall.converge({
        peers,
        containers: containers.map((each) => (each.address === address ? { ...each, handle: 'next-0', tag } : each)),
      });
      await attachContainer({ netns: successor.path, address, mtu: vtep.mtu, containerInterface: 'eth0' });
    });
    return successor;
  }
  async function restore(app: App, successor: NetworkNamespace): Promise<void> {
    await cells.cellOf(app).namespace.within(async () => {
      await detachContainer(addresses[app]);
      await connectionsOf(app).forget(addresses[app]);
    });
    successor.delete();
    await cells.attach(app);
  }

  it.each<[App, App, App]>([
    ['web', 'db', 'db'],
    ['web', 'db', 'web'],
    ['web', 'api', 'api'],
    ['web', 'api', 'web'],
  ])(
    'from %s to %s are no flows of the one who gets the address of %s, however hard both try',
    async (from, to, gone) => {
      await cells.allow({ from, to, protocol: 'udp', start: PORT });
      const { client, server } = await flowing(from, to);
      const stays = gone === from ? server : client;
      const successor = await replace(gone, 'next');
      try {
        // The same ports as before, so that nothing but the rules tells the new flow from the old one.
        const next = await end(successor, gone === from ? SOURCE_PORT : PORT);
        next.say('from next', addresses[gone === from ? to : from], gone === from ? PORT : SOURCE_PORT);
        stays.heard.length = 0;
        await sleep(3 * A_WHILE_MS);
        expect([next.heard, stays.heard.filter((words) => words === 'from next')]).toEqual([[], []]);
      } finally {
        await restore(gone, successor);
      }
    },
  );
}

describeEachBackend('flows that go on', (backend) => flows(backend));

/** Both variants make the same marks of the same rules. */
const oneVariant = iptablesBackends.slice(0, 1);
describeEachBackend('flows that come from a cell with nftables', (backend) => flows(nftables, backend), oneVariant);
describeEachBackend('flows that go to a cell with nftables', (backend) => flows(backend, nftables), oneVariant);
