import fc from 'fast-check';
import { icmpNumber, Reaches, type GroupRule, type Places, type Reach } from '@heddle/calc';
import { formatIpv4, parseIpv4 } from '@heddle/domain';
import { reachChains } from './reach-chains';

const targets = { refused: '-g refused', logged: '-g logged', passed: '-g passed', hasPassed: '-m mark --mark 1/1' };
const rule = (destination: string, members: Partial<GroupRule> = {}): GroupRule => {
  return { ...{ protocol: 'all', destination, ports: '', type: -1, code: -1, log: false }, ...members };
};
const reachOf = (rules: readonly GroupRule[], always: { start: number; end: number }[] = []): Reach =>
  always.length > 0
    ? new Reaches({ always, running: [], staging: [] }).common(documentOf(rules), 'running')
    : new Reaches({ always, running: [], staging: [] }).ofSpace(documentOf(rules), 'running');
const documentOf = (rules: readonly GroupRule[]) => {
  const group = { guid: 'g', name: 'g', staging: false, running: true, rules };
  return { space: 'space', rev: 1, groups: [group] };
};
const chainsOf = (reach: Reach): Record<string, readonly string[]> => {
  const tree = reachChains(reach, targets);
  return tree ? { ...Object.fromEntries(tree.chains), root: tree.chains.get(tree.name) ?? [] } : {};
};

interface Packet {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'gre';
  readonly to: number;
  readonly port: number;
  readonly type: number;
  readonly code: number;
}
type Verdict = 'refused' | 'logged' | 'passed' | 'nothing';

/** What the kernel does with a packet in a chain: rules in order; a goto does not come back, a jump does. */
function walk(chains: Record<string, readonly string[]>, packet: Packet): { verdict: Verdict; compared: number } {
  let verdict: Verdict = 'nothing';
  let compared = 0;
  const enter = (name: string): void => {
    for (const each of chains[name] ?? []) {
      compared++;
      if (!matches(each, packet, verdict)) continue;
      const [, how, target = ''] = /-([jg]) (\S+)$/.exec(each) ?? [];
      if (target === 'RETURN') return;
      if (target in chains) enter(target);
      else verdict = target as Verdict;
      if (how === 'g') return;
    }
  };
  enter('root');
  return { verdict, compared };
}

function matches(text: string, { protocol, to, port, type, code }: Packet, verdict: Verdict): boolean {
  const option = (name: string): string | undefined => new RegExp(`${name} (\\S+)`).exec(text)?.[1];
  const between = (value: number, start: number, end: number): boolean => start <= value && value <= end;
  const [block, range, wanted, ports, icmp] = ['-d', '--dst-range', '-p', '--dports?', '--icmp-type'].map(option);
  const [first, length] = (block ?? '0.0.0.0/0').split('/') as [string, string];
  const [low = '', high = ''] = (range ?? '0.0.0.0-255.255.255.255').split('-');
  return (
    between(to, parseIpv4(first), parseIpv4(first) + 2 ** (32 - Number(length)) - 1) &&
    between(to, parseIpv4(low), parseIpv4(high)) &&
    (wanted === undefined || wanted === protocol) &&
    (ports === undefined ||
      ports.split(',').some((each) => {
        const [start, end = start] = each.split(':').map(Number) as [number, number?];
        return between(port, start, end);
      })) &&
    (icmp === undefined || icmp === `${type}` || icmp === `${type}/${code}`) &&
    (!text.includes('--mark') || verdict === 'passed' || verdict === 'logged')
  );
}

/** What a reach says of a packet, by its own words. */
function meant({ denied, logged, allowed }: Reach, packet: Packet): Verdict {
  const has = ({ all, tcp, udp, icmp }: Places): boolean => {
    const number = packet.protocol === 'icmp' ? icmpNumber(packet.type, packet.code) : packet.port;
    const boxes = { tcp, udp, icmp, gre: [] }[packet.protocol];
    return (
      all.some(({ start, end }) => start <= packet.to && packet.to <= end) ||
      boxes.some(
        ({ addresses, numbers }) =>
          addresses.start <= packet.to &&
          packet.to <= addresses.end &&
          numbers.start <= number &&
          number <= numbers.end,
      )
    );
  };
  if (denied.some(({ start, end }) => start <= packet.to && packet.to <= end)) return 'refused';
  return has(logged) ? 'logged' : has(allowed) ? 'passed' : 'nothing';
}

const first = parseIpv4('10.0.0.0');
const host = fc.nat(63);
const ends = (most: number) => fc.tuple(fc.nat(most), fc.nat(most)).map((two) => two.sort((a, b) => a - b));
const place = fc.oneof(
  host.map((n) => formatIpv4(first + n)),
  fc.tuple(host, fc.integer({ min: 26, max: 32 })).map(([n, length]) => `${formatIpv4(first + n)}/${length}`),
  ends(63).map(([a = 0, b = 0]) => `${formatIpv4(first + a)}-${formatIpv4(first + b)}`),
  fc.constant('0.0.0.0/0'),
);
const anyRule: fc.Arbitrary<GroupRule> = fc
  .record({
    protocol: fc.constantFrom<GroupRule['protocol']>('all', 'tcp', 'tcp', 'udp', 'icmp'),
    destination: place,
    ports: ends(40).map(([a = 0, b = 0]) => `${a + 1}-${b + 1}`),
    type: fc.constantFrom(-1, 0, 3, 8, 254),
    code: fc.constantFrom(-1, 0, 1, 255),
    log: fc.boolean(),
  })
  .map(({ ports, ...each }) => ({ ...each, ports: ['tcp', 'udp'].includes(each.protocol) ? ports : '' }));
const anyPacket: fc.Arbitrary<Packet> = fc.record({
  protocol: fc.constantFrom('tcp', 'udp', 'icmp', 'gre'),
  to: host.map((n) => first + n),
  port: fc.integer({ min: 1, max: 42 }),
  type: fc.constantFrom(0, 3, 8, 254),
  code: fc.constantFrom(0, 1, 2),
});

describe('the chains of a reach', () => {
  it('say of every packet what the reach says', () =>
    fc.assert(
      fc.property(
        fc.array(anyRule, { maxLength: 60 }),
        fc.array(ends(63), { maxLength: 2 }),
        fc.array(anyPacket, { minLength: 20, maxLength: 40 }),
        (rules, denied, packets) => {
          const reach = reachOf(
            rules,
            denied.map(([a = 0, b = 0]) => ({ start: first + a, end: first + b })),
          );
          const chains = chainsOf(reach);
          for (const packet of packets) expect(walk(chains, packet).verdict).toBe(meant(reach, packet));
        },
      ),
      { numRuns: 200 },
    ));

  it('are written as iptables-save prints them', () =>
    expect(
      chainsOf(
        reachOf(
          [
            rule('10.0.0.0/8', { protocol: 'tcp', ports: '80,443,8000-8100' }),
            rule('192.0.2.1-192.0.2.3', { protocol: 'udp', ports: '53' }),
            rule('192.0.2.9', { protocol: 'icmp', type: 8, log: true }),
            rule('192.0.2.10', { protocol: 'icmp', type: 3, code: 1 }),
            rule('192.0.2.11', { protocol: 'icmp' }),
            rule('198.51.100.0/24'),
          ],
          [{ start: parseIpv4('10.0.16.0'), end: parseIpv4('10.0.31.255') }],
        ),
      ).root,
    ).toEqual([
      '-d 10.0.16.0/20 -g refused',
      '-d 192.0.2.9/32 -p icmp -m icmp --icmp-type 8 -g logged',
      '-m mark --mark 1/1 -j RETURN',
      '-d 10.0.0.0/8 -p tcp -m multiport --dports 80,443,8000:8100 -g passed',
      '-p udp -m iprange --dst-range 192.0.2.1-192.0.2.3 -m udp --dport 53 -g passed',
      '-d 192.0.2.9/32 -p icmp -m icmp --icmp-type 8 -g passed',
      '-d 192.0.2.10/32 -p icmp -m icmp --icmp-type 3/1 -g passed',
      '-d 192.0.2.11/32 -p icmp -g passed',
      '-d 198.51.100.0/24 -g passed',
    ]));

  it('have no word for the type of ICMP that iptables takes for any, and that does not exist', () => {
    const { root = [] } = chainsOf(reachOf([rule('10.0.0.1', { protocol: 'icmp', type: -1, code: 3 })]));
    const all = Object.values(chainsOf(reachOf([rule('10.0.0.1', { protocol: 'icmp', type: -1, code: 3 })]))).flat();
    expect(root.length).toBeGreaterThan(0);
    expect(all.filter((each) => each.includes('--icmp-type 254/3'))).toHaveLength(1);
    expect(all.filter((each) => each.includes('--icmp-type 255'))).toEqual([]);
  });

  it('of a thousand rules compare some forty of them, wherever a packet goes', () => {
    const rules = Array.from({ length: 1_000 }, (_, i) =>
      rule(`10.${i >> 8}.${i & 255}.1`, { protocol: 'tcp', ports: '443' }),
    );
    const chains = chainsOf(reachOf(rules));
    for (const to of ['10.0.0.1', '10.1.77.1', '10.3.231.1', '10.9.9.9', '192.0.2.1']) {
      const packet: Packet = { protocol: 'tcp', to: parseIpv4(to), port: 443, type: 0, code: 0 };
      const { verdict, compared } = walk(chains, packet);
      expect(verdict).toBe(/^10\.[0-3]\.\d+\.1$/.test(to) ? 'passed' : 'nothing');
      expect(compared).toBeLessThanOrEqual(40);
    }
  });

  it('have the same names where they say the same, and one that is short enough', () => {
    const [one, same, other] = ['80,81', '80-81', '80'].map((ports) =>
      reachChains(reachOf([rule('10.0.0.1', { protocol: 'tcp', ports })]), targets),
    );
    expect(one).toEqual(same);
    expect(one?.name).not.toBe(other?.name);
    expect(one?.name.length).toBeLessThanOrEqual(28);
  });

  it('are none where nothing may be reached', () => expect(reachChains(reachOf([]), targets)).toBeNull());
});
