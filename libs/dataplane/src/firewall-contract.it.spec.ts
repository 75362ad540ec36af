import fc from 'fast-check';
import type { CellState } from '@heddle/calc';
import { describeEachBackend, NetworkNamespace, peer, stateOf, tableOptions, type Permission } from '@heddle/testing';
import type { Firewall } from './firewall';
import { KernelRefused } from './kernel-refused';

const nothing: CellState = { containers: [], peers: [] };
const one = stateOf(1, [{ from: 'web', to: 'api', start: 8080 }]);
const two = stateOf(1, [
  { from: 'web', to: 'api', start: 8080 },
  { from: 'web', to: 'api', protocol: 'udp', start: 1000, end: 2000 },
]);
/** Each takes a dozen commands. */
const RUNS = 6;
const unchanged = { changed: false, elementsAdded: 0, elementsRemoved: 0, withdrawn: [] };
/** What goes from `two` to `one`. */
const datagrams = { address: '10.255.1.3', tag: 11, protocol: 'udp', before: [{ start: 1000, end: 2000 }], after: [] };

/** Any state of the first cell: who sends as what, who may come in where, and which cells there are. */
const permission = fc.record({
  from: fc.constantFrom('web', 'api', 'db'),
  to: fc.constantFrom('web', 'api'),
  protocol: fc.constantFrom('tcp', 'udp'),
  start: fc.integer({ min: 1, max: 100 }),
  end: fc.integer({ min: 100, max: 65_535 }),
});
const anyState = fc
  .record({
    permissions: fc.array(permission as fc.Arbitrary<Permission>, { maxLength: 6 }),
    present: fc.subarray(['10.255.1.2', '10.255.1.3']),
    cells: fc.subarray([2, 3, 40]),
  })
  .map(({ permissions, present, cells }): CellState => {
    const { containers } = stateOf(1, permissions);
    return {
      containers: containers.filter(({ address }) => present.includes(address)),
      peers: cells.map((cell) => ({ ...peer(2), underlayAddress: `192.0.2.${cell}` })),
    };
  });

describeEachBackend('the firewall of a cell', (backend) => {
  let namespace: NetworkNamespace;
  const listed = () => backend.list(namespace);

  beforeAll(() => {
    namespace = NetworkNamespace.create('heddle-dp-contract');
  });
  afterAll(() => namespace.delete());
  beforeEach(() => backend.flush(namespace));

  /** Opened and closed within the namespace, since it belongs to the one it was opened in. */
  const withFirewall = (task: (firewall: Firewall) => Promise<void>, options = tableOptions) =>
    namespace.within(async () => {
      const firewall = await backend.open(options);
      await task(firewall).finally(() => firewall.close());
    });
  /** What is in the kernel when a state is programmed where nothing was. */
  const freshly = async (state: CellState): Promise<string> => {
    await withFirewall(async (firewall) => {
      await firewall.converge(state);
    });
    const all = listed();
    backend.flush(namespace);
    return all;
  };

  it('holds the same when it is opened as when it is told to hold nothing', async () => {
    const empty = await freshly(nothing);
    await withFirewall(async () => expect(listed()).toBe(empty));
  });

  it('says whether a converge has changed anything, and how much it adds and removes', () =>
    withFirewall(async (firewall) => {
      const held = firewall.elementsHeld;
      const { elementsAdded, changed } = await firewall.converge(one);
      expect([changed, elementsAdded > 0]).toEqual([true, true]);
      const heldOfOne = firewall.elementsHeld;
      expect(heldOfOne).toBeGreaterThan(held);
      expect(await firewall.converge(one)).toEqual(unchanged);
      expect(await firewall.converge(two)).toEqual({
        changed: true,
        elementsAdded: 1,
        elementsRemoved: 0,
        withdrawn: [],
      });
      expect(await firewall.converge(nothing)).toEqual({
        changed: true,
        elementsAdded: 0,
        elementsRemoved: elementsAdded + 1,
        withdrawn: [],
      });
      expect(firewall.elementsHeld).toBe(held);
      await firewall.converge(one);
      await firewall.reread();
      expect(firewall.elementsHeld).toBe(heldOfOne);
    }));

  it('takes converges that come at the same time one after the other', () =>
    withFirewall(async (firewall) => {
      const [, second] = await Promise.all([firewall.converge(two), firewall.converge(one)]);
      expect(second).toEqual({ changed: true, elementsAdded: 0, elementsRemoved: 1, withdrawn: [datagrams] });
    }));

  it('reads back exactly what it has programmed, so that a restart changes nothing', async () => {
    await withFirewall(async (firewall) => {
      await firewall.converge(two);
    });
    const before = listed();
    await withFirewall(async (firewall) => {
      expect(listed()).toBe(before);
      expect(await firewall.converge(two)).toEqual(unchanged);
      await firewall.reread();
      expect(await firewall.converge(two)).toEqual(unchanged);
    });
    expect(listed()).toBe(before);
  });

  it(
    'holds what the last state alone would make it hold, whatever came before',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyState, { minLength: 2, maxLength: 4 }), async (states) => {
          const wanted = await freshly(states.at(-1) as CellState);
          await withFirewall(async (firewall) => {
            for (const state of states) await firewall.converge(state);
          });
          const reached = listed();
          backend.flush(namespace);
          expect(reached).toBe(wanted);
        }),
        { numRuns: RUNS },
      ),
    30_000,
  );

  it('leaves what is for another port at work until it can replace it whole', async () => {
    const wanted = await freshly(one);
    await withFirewall((firewall) => firewall.converge(two).then(() => {}), { ...tableOptions, vxlanPort: 8472 });
    const before = listed();
    await withFirewall(async (firewall) => {
      expect(listed()).toBe(before);
      expect(await firewall.converge(one)).toMatchObject({ changed: true });
    });
    expect(listed()).toBe(wanted);
  });

  it('mends what others have changed once it has read again', async () => {
    const wanted = await freshly(two);
    await withFirewall(async (firewall) => {
      await firewall.converge(two);
      backend.tamper(namespace);
      await firewall.reread();
      const shell = { address: '10.255.1.3', tag: 12, protocol: 'tcp', before: [{ start: 22, end: 22 }], after: [] };
      const mended = { changed: true, elementsAdded: 0, elementsRemoved: 1, withdrawn: [shell] };
      expect(await firewall.converge(two)).toEqual(mended);
      expect(listed()).toBe(wanted);
      backend.flush(namespace);
      await firewall.reread();
      expect(await firewall.converge(two)).toMatchObject({ changed: true });
      expect(listed()).toBe(wanted);
    });
  });

  it('finds by itself what others have changed, and the next converge mends it', async () => {
    const wanted = await freshly(two);
    await withFirewall(async (firewall) => {
      await firewall.converge(two);
      expect(await firewall.inspect()).toBeNull();
      backend.tamper(namespace);
      expect(await firewall.inspect()).toEqual({ elementsMissing: 0, elementsForeign: 1, rulesChanged: false });
      await firewall.converge(two);
      expect(listed()).toBe(wanted);
      backend.flush(namespace);
      expect(await firewall.inspect()).toMatchObject({ rulesChanged: true });
      await firewall.converge(two);
      expect(listed()).toBe(wanted);
      expect(await firewall.inspect()).toBeNull();
    });
  });

  it('begins from the truth again after a refusal', async () => {
    const wanted = await freshly(two);
    await withFirewall(async (firewall) => {
      await firewall.converge(two);
      backend.flush(namespace);
      await expect(firewall.converge(nothing)).rejects.toBeInstanceOf(KernelRefused);
      await firewall.converge(two);
      expect(listed()).toBe(wanted);
    });
  });

  it('programs everything else when a peer is malformed', async () => {
    const wanted = await freshly({ ...nothing, peers: [peer(2)] });
    await withFirewall(async (firewall) => {
      const peers = [{ ...peer(3), underlayAddress: 'nowhere }; flush ruleset\nCOMMIT' }, peer(2)];
      await firewall.converge({ ...nothing, peers });
      expect(listed()).toBe(wanted);
    });
  });

  it('leaves what is not its own alone, also when it removes everything, and can be converged again', () => {
    backend.addForeign(namespace);
    const foreign = listed();
    return withFirewall(async (firewall) => {
      await firewall.converge(two);
      expect(listed()).not.toBe(foreign);
      await firewall.remove();
      expect(listed()).toBe(foreign);
      await firewall.remove();
      expect(await firewall.converge(one)).toMatchObject({ changed: true });
      await firewall.remove();
      expect(listed()).toBe(foreign);
    });
  });
});
