import fc from 'fast-check';
import { acquirePorts, poolFrom, poolText, releasePorts, type PortPool } from './port-pool';

const range = { start: 61_000, total: 3 };
const pool = (held: Record<string, number[]>): PortPool => new Map(Object.entries(held));

it('gives the lowest free ports, beside those that a container holds', () => {
  expect(acquirePorts(pool({ a: [61_001] }), 'b', 2, range)).toEqual({
    ...{ pool: pool({ a: [61_001], b: [61_000, 61_002] }), ports: [61_000, 61_002] },
  });
  expect(acquirePorts(pool({ a: [61_000] }), 'a', 1, range).pool).toEqual(pool({ a: [61_000, 61_001] }));
});

it('gives none where there are not as many as wanted', () =>
  expect(() => acquirePorts(pool({ a: [61_000, 61_001] }), 'b', 2, range)).toThrow(
    'acquire port: port pool exhausted: 2 asked for, 1 of 61000-61002 are free',
  ));

it('is on disk as Cloud Foundry’s networker writes it', () => {
  expect(poolText(pool({ h: [61_000] }))).toBe('{"acquired_ports":{"h":[61000]}}\n');
  expect(poolFrom('{"acquired_ports":{"h":[61000]}}')).toEqual(pool({ h: [61_000] }));
});

it.each(['', '\n', '{}', '{"acquired_ports":null}'])('is empty where the file says %j', (text) =>
  expect(poolFrom(text)).toEqual(new Map()),
);

it.each(['{"acquired_po', '[]', '{"acquired_ports":{"h":61000}}', '{"acquired_ports":{"h":["61000"]}}'])(
  'cannot be %s',
  (text) => expect(() => poolFrom(text)).toThrow('decoding state file: '),
);

describe('whatever containers do', () => {
  const handle = fc.constantFrom('a', 'b', 'constructor', '__proto__', 'd');
  const step = fc.oneof(
    fc.record({ handle, count: fc.integer({ min: 0, max: 4 }) }),
    fc.record({ handle, count: fc.constant(null) }),
  );

  it('each port has one holder, the lowest free ones are given, and nothing is lost on the way through the file', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.array(step, { maxLength: 60 }), (total, steps) => {
        const places: (string | null)[] = Array<string | null>(total).fill(null);
        let now: PortPool = new Map();
        for (const { handle, count } of steps) {
          if (count === null) {
            now = releasePorts(now, handle);
            places.forEach((holder, i) => holder === handle && (places[i] = null));
          } else {
            const free = places.flatMap((holder, i) => (holder === null ? [i] : []));
            const acquire = () => acquirePorts(now, handle, count, { start: 5_000, total });
            if (free.length < count) expect(acquire).toThrow('port pool exhausted');
            else {
              const given = acquire();
              expect(given.ports).toEqual(free.slice(0, count).map((i) => 5_000 + i));
              for (const i of free.slice(0, count)) places[i] = handle;
              now = given.pool;
            }
          }
          now = poolFrom(poolText(now));
          const holders = places.map((_, i) => [...now].filter(([, ports]) => ports.includes(5_000 + i)));
          expect(holders.map(([holder]) => holder?.[0] ?? null)).toEqual(places);
          expect(holders.every(({ length }) => length < 2)).toBe(true);
        }
      }),
    ));
});
