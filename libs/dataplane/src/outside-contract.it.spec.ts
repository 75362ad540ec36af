import fc from 'fast-check';
import { Reaches, type CellState, type GroupRule, type OutwardContainer } from '@heddle/calc';
import { describeEachBackend, NetworkNamespace, stateOf, tableOptions } from '@heddle/testing';
import type { Firewall } from './firewall';
import type { OutsideOptions } from './outside-options';

/** Each takes a dozen commands. */
const RUNS = 6;
const unchanged = { changed: false, elementsAdded: 0, elementsRemoved: 0, withdrawn: [] };
const HOST_PORTS = [61_000, 61_001, 61_100];

const rule = (protocol: GroupRule['protocol'], destination: string, members: Partial<GroupRule> = {}): GroupRule => ({
  ...{ protocol, destination, ports: '', type: -1, code: -1, log: false },
  ...members,
});
/** Each protocol, and each kind of place that a list can name; more than fit in one level of a tree. */
const RULES: readonly GroupRule[] = [
  rule('tcp', '0.0.0.0-9.255.255.255,11.0.0.0/8', { ports: '1-65535' }),
  rule('tcp', '192.0.2.7', { ports: '80, 443, 8000-8100', log: true }),
  rule('udp', '192.0.2.0/24', { ports: '53' }),
  rule('icmp', '0.0.0.0/0', { type: 8, code: 0 }),
  rule('icmp', '198.51.100.1-198.51.100.3', { type: 3 }),
  rule('icmp', '198.51.100.9'),
  rule('all', '203.0.113.0/24'),
  ...Array.from({ length: 40 }, (_, i) => rule('tcp', `10.9.${i}.1`, { ports: '443' })),
];
const OPTIONS: Readonly<Record<string, OutsideOptions>> = {
  'as it is by default': {},
  'with all there is to be set': {
    hostServices: (['udp', 'tcp'] as const).map((protocol) => ({ address: '169.254.0.2', protocol, port: 53 })),
    ...{ logAll: true, refusalsLoggedPerSecond: 300, datagramsLoggedPerSecond: 7 },
    connectionLimit: { perSecond: 7, atOnce: 30, isDry: false },
    unmasked: [{ start: 0x0a0a0000, end: 0x0a0a0003 }],
  },
  'in a dry run': { connectionLimit: { perSecond: 300, atOnce: 5, isDry: true } },
};

const reaches = new Reaches({ always: [{ start: 0x0a080000, end: 0x0a08ffff }], running: [], staging: [] });
const common = (rules: readonly GroupRule[]) => {
  const group = { guid: 'all', name: 'all', running: true, staging: false, rules };
  return reaches.common({ space: null, rev: 1, groups: [group] }, 'running');
};
const policies = stateOf(1, [{ from: 'web', to: 'api', start: 8080 }]);
type Ways = Pick<OutwardContainer, 'common' | 'own'> & { readonly ports: readonly number[] };
/** The two containers of the first cell, with these ways to the outside. */
const going = (...ways: readonly Ways[]): CellState => ({
  ...policies,
  outside: ways.map(({ ports, ...reach }, i) => ({
    ...{ address: `10.255.1.${i + 2}`, hostInterface: `s-01025500100${i + 2}`, ...reach },
    // A port of the cell leads to one container only.
    published: ports.map((port) => ({
      ...{ protocol: port % 2 ? 'udp' : 'tcp', hostAddress: '192.0.2.1', hostPort: port + 200 * i },
      containerPort: 8080,
    })),
  })),
});
const everything = going(
  { common: common(RULES), own: reaches.ofContainer(RULES.slice(0, 2)), ports: HOST_PORTS },
  { common: common([]), own: reaches.ofContainer([]), ports: [] },
);
const anyWays: fc.Arbitrary<Ways> = fc.record({
  common: fc.subarray([...RULES]).map(common),
  own: fc.subarray([...RULES]).map((rules) => reaches.ofContainer(rules)),
  ports: fc.subarray([...HOST_PORTS]),
});
const anyState = fc.array(anyWays, { maxLength: 2 }).map((ways) => going(...ways));

describeEachBackend('what leads out of a cell and into it', (backend) => {
  let namespace: NetworkNamespace;
  const listed = () => backend.list(namespace);

  beforeAll(() => {
    namespace = NetworkNamespace.create('heddle-dp-outside');
  });
  afterAll(() => namespace.delete());
  beforeEach(() => backend.flush(namespace));

  const withFirewall = (task: (firewall: Firewall) => Promise<void>, options: OutsideOptions = {}) =>
    namespace.within(async () => {
      const firewall = await backend.open({ ...tableOptions, ...options });
      await task(firewall).finally(() => firewall.close());
    });
  const converged = (...states: readonly CellState[]) =>
    withFirewall(async (firewall) => {
      for (const state of states) await firewall.converge(state);
    });

  it.each(Object.keys(OPTIONS))('is read back exactly as it was programmed, %s', async (name) => {
    await withFirewall(async (firewall) => {
      expect(await firewall.converge(everything)).toMatchObject({ changed: true });
    }, OPTIONS[name]);
    const before = listed();
    await withFirewall(async (firewall) => {
      expect(listed()).toBe(before);
      expect(await firewall.converge(everything)).toEqual(unchanged);
      expect(await firewall.inspect()).toBeNull();
    }, OPTIONS[name]);
    expect(listed()).toBe(before);
  });

  it(
    'is what the last state alone would make it, whatever came before',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyState, { minLength: 2, maxLength: 4 }), async (states) => {
          await converged(states.at(-1) as CellState);
          const wanted = listed();
          backend.flush(namespace);
          await converged(...states);
          const reached = listed();
          backend.flush(namespace);
          expect(reached).toBe(wanted);
        }),
        { numRuns: RUNS },
      ),
    60_000,
  );

  it('is mended when others have changed it, and leaves nothing behind when it is no longer wanted', async () => {
    backend.addForeign(namespace);
    const foreign = listed();
    await withFirewall(async (firewall) => {
      await firewall.converge(policies);
      const withoutOutside = listed();
      await firewall.converge(everything);
      const wanted = listed();
      backend.tamperOutside(namespace);
      expect(await firewall.inspect()).not.toBeNull();
      expect(await firewall.converge(everything)).toMatchObject({ changed: true });
      expect(listed()).toBe(wanted);
      expect(await firewall.converge(policies)).toMatchObject({ changed: true });
      expect(listed()).toBe(withoutOutside);
      await firewall.converge(everything);
      await firewall.remove();
      expect(listed()).toBe(foreign);
    });
  });
});
