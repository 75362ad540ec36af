import fc from 'fast-check';
import type { GroupRule, SpaceDocument } from '../inputs';
import type { Box } from './boxes';
import type { Range } from './ranges';
import { reachOf, type Places } from './reach';
import { Reaches } from './reaches';

interface Packet {
  readonly protocol: 'tcp' | 'udp' | 'icmp' | 'gre';
  /** Last octet of 10.0.0.x, the only addresses there are here. */
  readonly host: number;
  /** A port, or an ICMP type. */
  readonly number: number;
  readonly code: number;
}

const HOSTS = 16;
const host = fc.nat(HOSTS - 1);
const number = fc.integer({ min: 1, max: 6 });
const place = fc.oneof(
  host.map((n) => ({ text: `10.0.0.${n}`, hosts: [n] })),
  fc.tuple(host, fc.constantFrom(28, 29, 30, 31, 32)).map(([n, length]) => {
    const size = 2 ** (32 - length);
    const first = n - (n % size);
    return { text: `10.0.0.${n}/${length}`, hosts: Array.from({ length: size }, (_, i) => first + i) };
  }),
  fc.tuple(host, host).map((ends) => {
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    return { text: `10.0.0.${from}-10.0.0.${to}`, hosts: Array.from({ length: to - from + 1 }, (_, i) => from + i) };
  }),
  fc.constant({ text: '2001:db8::/32', hosts: [] as number[] }),
);
const some = <T extends { text: string }>(one: fc.Arbitrary<T>) =>
  fc.tuple(fc.array(one, { minLength: 1, maxLength: 3 }), fc.constantFrom(',', ', ', ' ,'));
const ports = fc.oneof(
  number.map((n) => ({ text: `${n}`, has: (port: number) => port === n })),
  fc.tuple(number, number).map((ends) => {
    const [from, to] = [Math.min(...ends), Math.max(...ends)];
    return { text: `${from}-${to}`, has: (port: number) => port >= from && port <= to };
  }),
);
const icmpNumber = fc.constantFrom(-1, 0, 1, 2, 3);

/** A rule, and what it means in terms of nothing but packets. */
interface Meant {
  readonly rule: GroupRule;
  readonly allows: (packet: Packet) => boolean;
}
const meant: fc.Arbitrary<Meant> = fc
  .record({
    protocol: fc.constantFrom('all', 'tcp', 'udp', 'icmp', 'icmpv6'),
    places: some(place),
    ports: some(ports),
    type: icmpNumber,
    code: icmpNumber,
    log: fc.boolean(),
  })
  .map(({ protocol, places, ports: [ranges, comma], type, code, log }): Meant => {
    const hasPorts = protocol === 'tcp' || protocol === 'udp';
    const destination = places[0].map(({ text }) => text).join(places[1]);
    const rule = { protocol, destination, ports: hasPorts ? ranges.map(({ text }) => text).join(comma) : '', log };
    return {
      rule: { ...rule, type, code } as GroupRule,
      allows: (packet) => {
        if (protocol === 'icmpv6' || !places[0].some(({ hosts }) => hosts.includes(packet.host))) return false;
        if (protocol === 'all') return true;
        if (protocol !== packet.protocol) return false;
        if (hasPorts) return ranges.some(({ has }) => has(packet.number));
        return (type === -1 || type === packet.number) && (code === -1 || code === packet.code);
      },
    };
  });

const PACKETS: Packet[] = Array.from({ length: HOSTS }, (_, each) =>
  [1, 2, 3, 4, 5, 6, 7].flatMap((each_number) => [
    ...(['tcp', 'udp', 'gre'] as const).map((protocol) => ({ protocol, host: each, number: each_number, code: 0 })),
    ...[0, 1, 2, 4].map((code) => ({ protocol: 'icmp' as const, host: each, number: each_number - 1, code })),
  ]),
).flat();

const FIRST = 10 * 256 ** 3;
const within = ({ start, end }: Range, n: number) => start <= n && n <= end;
function covers(places: Places, { protocol, host: n, number: port, code }: Packet): boolean {
  const address = FIRST + n;
  const inBox = ({ addresses, numbers }: Box) =>
    within(addresses, address) && within(numbers, protocol === 'icmp' ? port * 256 + code : port);
  return places.all.some((range) => within(range, address)) || (protocol !== 'gre' && places[protocol].some(inBox));
}
const rulesOf = (list: readonly Meant[]) => [{ name: 'g', rules: list.map(({ rule }) => rule) }];
const meets = (a: Range, b: Range) => a.start <= b.end && b.start <= a.end;

describe('what rules of security groups let containers reach', () => {
  it('is what they say, packet by packet, and each place is said once', () =>
    fc.assert(
      fc.property(fc.array(meant, { maxLength: 8 }), (list) => {
        const { reach, leftOut } = reachOf(rulesOf(list));
        expect(leftOut).toEqual([]);
        const wrong = PACKETS.filter((packet) => {
          const isLogged = list.some(({ rule, allows }) => rule.log && allows(packet));
          return (
            covers(reach.allowed, packet) !== list.some(({ allows }) => allows(packet)) ||
            covers(reach.logged, packet) !== isLogged
          );
        });
        expect(wrong).toEqual([]);
        for (const boxes of [reach.allowed.tcp, reach.allowed.udp, reach.allowed.icmp])
          for (const [i, a] of boxes.entries())
            expect(boxes.slice(i + 1).find((b) => meets(a.addresses, b.addresses) && meets(a.numbers, b.numbers))).toBe(
              undefined,
            );
      }),
    ));

  it('is written alike whatever the order, and however often something is said', () =>
    fc.assert(
      fc.property(
        fc
          .array(meant, { minLength: 1, maxLength: 6 })
          .chain((list) =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length * 2 })),
          ),
        ([list, again]) => expect(reachOf(rulesOf(again)).reach).toEqual(reachOf(rulesOf(list)).reach),
      ),
    ));

  const rule = (members: Partial<GroupRule>): GroupRule => ({
    ...{ protocol: 'tcp', destination: '10.0.0.1', ports: '80', type: 0, code: 0, log: false },
    ...members,
  });

  it.each<[Partial<GroupRule>, string]>([
    [{ destination: '10.0.0.0/33' }, "'10.0.0.0/33'"],
    [{ destination: '10.0.0.9-10.0.0.1' }, "'10.0.0.9-10.0.0.1'"],
    [{ destination: 'example.com' }, "'example.com'"],
    [{ destination: '10.0.0.1,,10.0.0.2' }, "''"],
    [{ ports: '' }, "ports ''"],
    [{ ports: '80,x' }, "ports '80,x'"],
    [{ ports: '0' }, "ports '0'"],
    [{ ports: '1-65536' }, "ports '1-65536'"],
  ])('is not changed by a rule that cannot be understood, %j, which is named', (members, named) => {
    const good = rule({ destination: '10.0.0.2' });
    const { reach, leftOut } = reachOf([{ name: 'mixed', rules: [rule(members), good] }]);
    expect(reach).toEqual(reachOf([{ name: 'mixed', rules: [good] }]).reach);
    expect(leftOut).toEqual([expect.stringContaining("rule 0 of the security group 'mixed'")]);
    expect(leftOut[0]).toContain(named);
  });

  it('takes few places where a wide rule lies over many small ones, on either axis', () => {
    const hosts = Array.from({ length: 1_000 }, (_, i) => rule({ destination: `10.1.${i >> 7}.${(i & 127) * 2}` }));
    const wide = rule({ destination: '10.0.0.0/8', ports: '443' });
    expect(reachOf([{ name: 'g', rules: [...hosts, wide] }]).reach.allowed.tcp).toHaveLength(1_001);
    const ofOne = Array.from({ length: 1_000 }, (_, i) => rule({ ports: `${1 + 2 * i}` }));
    const all = rule({ destination: '10.0.0.2', ports: '1-65535' });
    expect(reachOf([{ name: 'g', rules: [...ofOne, all] }]).reach.allowed.tcp).toHaveLength(1_001);
  });

  it('leaves out the last rules of a list that is too large for the kernel, and says so', () => {
    const crossing = Array.from({ length: 200 }, (_, i) => [
      rule({ destination: '10.0.0.0/8', ports: `${2 * i + 1}` }),
      rule({ destination: `10.0.${i}.1`, ports: '1-65535' }),
      rule({ destination: `10.1.${i}.1`, ports: '1000-65535' }),
    ]).flat();
    const { reach, leftOut } = reachOf([{ name: 'crossing', rules: crossing }]);
    expect(reach.allowed.tcp.length).toBeGreaterThan(0);
    expect(leftOut).toEqual([expect.stringContaining("300 of 600 rules of 'crossing'")]);
  });

  it('of a document depends on what a container does, and is one object however often it is asked for', () => {
    const none = { always: [], running: [], staging: [{ start: 1, end: 2 }] };
    const reaches = new Reaches(none);
    const group = (name: string, of: { staging: boolean; running: boolean }, destination: string) => ({
      ...{ guid: name, name, ...of, rules: [rule({ protocol: 'all', destination, ports: '' })] },
    });
    const document: SpaceDocument = {
      ...{ space: null, rev: 1 },
      groups: [
        group('a', { staging: true, running: false }, '10.0.0.1'),
        group('b', { staging: false, running: true }, '10.0.0.2'),
      ],
    };
    const [running, staging] = [reaches.common(document, 'running'), reaches.common(document, 'staging')];
    expect(running).toMatchObject({ denied: [], allowed: { all: [{ start: FIRST + 2, end: FIRST + 2 }] } });
    expect(staging).toMatchObject({ denied: [{ start: 1, end: 2 }], allowed: { all: [{ start: FIRST + 1 }] } });
    expect(reaches.common(document, null)).toMatchObject({ denied: [], allowed: { all: [] } });
    expect(reaches.common(document, 'running')).toBe(running);
    expect(reaches.common({ ...document }, 'running')).not.toBe(running);
    expect(reaches.ofSpace(undefined, 'running').allowed.all).toEqual([]);
  });

  it('is denied what the cell denies where there are no groups, whatever was asked first', () => {
    const denied = { always: [{ start: 1, end: 2 }], running: [], staging: [] };
    const asked = (first: 'common' | 'ofSpace') => {
      const reaches = new Reaches(denied);
      reaches[first](undefined, 'running');
      return [reaches.common(undefined, 'running').denied, reaches.ofSpace(undefined, 'running').denied];
    };
    for (const first of ['common', 'ofSpace'] as const) expect(asked(first)).toEqual([denied.always, []]);
  });
});
