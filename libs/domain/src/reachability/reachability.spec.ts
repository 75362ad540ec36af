import fc from 'fast-check';
import type { Policy, Protocol } from '../policy';
import {
  allows,
  deltasByChange,
  edgeDifferences,
  edgesOf,
  nextHop,
  portsAllowed,
  stoodAt,
  type Edge,
  type PolicySpan,
} from './index';

const policyBetween = (
  source: string,
  destination: string,
  start: number,
  end = start,
  protocol: Protocol = 'tcp',
) => ({
  ...{ source, destination, protocol, start, end },
});
const span = (policy: Policy, fromSeq: number, untilSeq: number | null = null): PolicySpan => ({
  ...{ policy, fromSeq, untilSeq },
});
const tcp = (start: number, end = start) => ({ protocol: 'tcp', start, end });

it('takes ranges that overlap or touch as one', () =>
  expect(
    portsAllowed([
      policyBetween('a', 'b', 90, 95),
      policyBetween('a', 'b', 80, 89),
      policyBetween('a', 'b', 97),
      policyBetween('a', 'b', 82, 83),
      policyBetween('a', 'b', 53, 53, 'udp'),
      policyBetween('a', 'b', 54, 54),
    ]),
  ).toEqual([tcp(54), tcp(80, 95), tcp(97), { protocol: 'udp', start: 53, end: 53 }]));

it('tells what was added, removed and changed, and by which changes', () => {
  const spans = [
    span(policyBetween('a', 'b', 80), 1, 5),
    span(policyBetween('a', 'b', 80), 6),
    span(policyBetween('a', 'c', 80), 4),
    span(policyBetween('a', 'd', 80), 2, 4),
    span(policyBetween('b', 'c', 80), 1),
    span(policyBetween('b', 'c', 81), 5, 9),
  ];
  expect(edgeDifferences(spans, 3, 7)).toEqual([
    { source: 'a', destination: 'c', what: 'added', before: [], after: [tcp(80)], changes: [4] },
    { source: 'a', destination: 'd', what: 'removed', before: [tcp(80)], after: [], changes: [4] },
    { source: 'b', destination: 'c', what: 'changed', before: [tcp(80)], after: [tcp(80, 81)], changes: [5] },
  ]);
});

const apps = fc.constantFrom('', 'a', 'ab', 'b', 'ba');
const port = fc.integer({ min: 1, max: 12 });
const policy: fc.Arbitrary<Policy> = fc
  .record({ source: apps, destination: apps, protocol: fc.constantFrom('tcp', 'udp'), start: port, end: port })
  .map(({ start, end, ...rest }) => ({ ...rest, start: Math.min(start, end), end: Math.max(start, end) }));
const spans = fc.array(
  fc
    .record({ policy, fromSeq: fc.integer({ min: 1, max: 9 }), lasts: fc.option(fc.integer({ min: 1, max: 9 })) })
    .map(({ lasts, ...rest }): PolicySpan => ({ ...rest, untilSeq: lasts === null ? null : rest.fromSeq + lasts })),
);

/** Every packet there can be, one by one: who may send what to whom. */
function everyPacket(policies: readonly Policy[]): Set<string> {
  const packets = policies.flatMap(({ source, destination, protocol, start, end }) =>
    Array.from({ length: end - start + 1 }, (_, i) => JSON.stringify([source, destination, protocol, start + i])),
  );
  return new Set(packets);
}
const packetsOf = (edges: readonly Edge[]) =>
  everyPacket(
    edges.flatMap(({ source, destination, ports }) => ports.map((range) => ({ source, destination, ...range }))),
  );
const standing = (all: readonly PolicySpan[], seq: number) =>
  all.filter((one) => stoodAt(one, seq)).map((one) => one.policy);

it('has in its edges every packet that a policy allows, and no other', () =>
  fc.assert(
    fc.property(fc.array(policy), (policies) => {
      const edges = edgesOf(policies);
      expect(packetsOf(edges)).toEqual(everyPacket(policies));
      expect(new Set(edges.map(({ source, destination }) => JSON.stringify([source, destination]))).size).toBe(
        edges.length,
      );
      for (const { ports } of edges)
        ports.forEach((range, i) =>
          expect(
            ports.slice(0, i).some((other) => other.protocol === range.protocol && other.end + 1 >= range.start),
          ).toBe(false),
        );
    }),
  ));

it('makes of what was allowed before, and the differences, what is allowed after', () =>
  fc.assert(
    fc.property(spans, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }), (all, since, later) => {
      const until = since + later;
      const differences = edgeDifferences(all, since, until);
      const side = (name: 'before' | 'after') => packetsOf(differences.map((one) => ({ ...one, ports: one[name] })));
      const [before, after] = [everyPacket(standing(all, since)), everyPacket(standing(all, until))];
      const touched = new Set(differences.map(({ source, destination }) => JSON.stringify([source, destination])));
      const kept = [...before].filter(
        (packet) => !touched.has(JSON.stringify((JSON.parse(packet) as string[]).slice(0, 2))),
      );
      expect(new Set([...kept, ...side('after')])).toEqual(after);
      expect(new Set([...kept, ...side('before')])).toEqual(before);
      for (const { before: old, after: now, changes } of differences) {
        expect(old).not.toEqual(now);
        expect(changes.length).toBeGreaterThan(0);
      }
    }),
  ));

it('answers for each packet as the packets one by one do', () =>
  fc.assert(
    fc.property(fc.array(policy), policy, (policies, { source, destination, protocol, start }) => {
      const between = policies.filter((one) => one.source === source && one.destination === destination);
      expect(between.some((one) => allows(one, { protocol, port: start }))).toBe(
        everyPacket(policies).has(JSON.stringify([source, destination, protocol, start])),
      );
    }),
  ));

/** Who can be reached from an app, by pulling the edges until nothing moves. */
function closure(policies: readonly Policy[], from: string): Set<string> {
  const reached = new Set([from]);
  for (let size = 0; size !== reached.size;) {
    size = reached.size;
    for (const { source, destination } of policies) if (reached.has(source)) reached.add(destination);
  }
  return reached;
}

it('reaches, hop by hop, what can be reached at all, each app by an edge from the hop before', () =>
  fc.assert(
    fc.property(fc.array(policy), apps, (policies, from) => {
      const reached = new Set<string>([from]);
      for (let frontier = new Set<string>([from]); frontier.size > 0;) {
        const edges = edgesOf(policies.filter(({ source }) => frontier.has(source)));
        const hop = nextHop(reached, edges);
        for (const { app, via, ports } of hop) {
          expect(frontier.has(via)).toBe(true);
          expect(ports).toEqual(edges.find((edge) => edge.source === via && edge.destination === app)?.ports);
        }
        frontier = new Set(hop.map(({ app }) => app));
        expect(frontier.size).toBe(hop.length);
        for (const app of frontier) reached.add(app);
      }
      expect(reached).toEqual(closure(policies, from));
    }),
  ));

it('tells of each change what it opened and closed; what another policy allows as well is neither', () => {
  const spans = [
    span(policyBetween('a', 'b', 80), 1, 5),
    span(policyBetween('a', 'b', 80, 90), 3, 6),
    span(policyBetween('a', 'c', 80), 5),
  ];
  const pair = (destination: string) => ({ source: 'a', destination });
  expect(deltasByChange(spans, 3, 6)).toEqual(
    new Map([
      [3, [{ ...pair('b'), before: [tcp(80)], after: [tcp(80, 90)], opens: [tcp(81, 90)], closes: [] }]],
      [5, [{ ...pair('c'), before: [], after: [tcp(80)], opens: [tcp(80)], closes: [] }]],
      [6, [{ ...pair('b'), before: [tcp(80, 90)], after: [], opens: [], closes: [tcp(80, 90)] }]],
    ]),
  );
});

it('opens and closes change by change every packet that differs between the first and the last', () =>
  fc.assert(
    fc.property(spans, fc.integer({ min: 1, max: 9 }), fc.nat(9), (all, first, length) => {
      const last = first + length;
      const packets = everyPacket(standing(all, first - 1));
      const deltas = deltasByChange(all, first, last);
      for (let seq = first; seq <= last; seq++) {
        for (const { source, destination, opens, closes } of deltas.get(seq) ?? []) {
          const named = (ranges: typeof opens) =>
            everyPacket(ranges.map((range) => ({ source, destination, ...range })));
          for (const packet of named(closes)) expect(packets.delete(packet)).toBe(true);
          for (const packet of named(opens)) expect(packets.has(packet) || !packets.add(packet)).toBe(false);
        }
        expect(packets).toEqual(everyPacket(standing(all, seq)));
      }
    }),
  ));
