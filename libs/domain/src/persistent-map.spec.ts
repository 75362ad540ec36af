import fc from 'fast-check';
import { PersistentMap } from './persistent-map';

type Step = ['set', string, number] | ['delete', string];
const key = fc.oneof(fc.string(), fc.integer({ min: 0, max: 400 }).map(String), fc.constantFrom('__proto__', ''));
const step = fc.oneof(
  fc.tuple(fc.constant('set' as const), key, fc.integer()),
  fc.tuple(fc.constant('delete' as const), key),
);

function apply(
  map: PersistentMap<number>,
  [verb, name, value]: Step | ['set' | 'delete', string, number?],
): PersistentMap<number> {
  return verb === 'set' ? map.set(name, value as number) : map.delete(name);
}

it('holds what a Map would hold, whatever the steps', () =>
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600, size: 'max' }), (steps) => {
      const plain = new Map<string, number>();
      const map = steps.reduce<PersistentMap<number>>((persistent, [verb, name, value]) => {
        if (verb === 'set') plain.set(name, value as number);
        else plain.delete(name);
        return apply(persistent, [verb, name, value]);
      }, PersistentMap.empty());
      expect(new Map(map.entries())).toEqual(plain);
      expect(map.size).toBe(plain.size);
      for (const [name, value] of plain) expect(map.get(name)).toBe(value);
    }),
  ));

it('grows to many entries and shrinks to none', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `app-${i}`);
  const full = names.reduce((map, name, i) => map.set(name, i), PersistentMap.empty<number>());
  expect(full.size).toBe(20_000);
  expect(names.every((name, i) => full.get(name) === i)).toBe(true);
  const empty = names.reduce((map, name) => map.delete(name), full);
  expect([...empty.entries()]).toEqual([]);
  expect(full.size).toBe(20_000);
});
