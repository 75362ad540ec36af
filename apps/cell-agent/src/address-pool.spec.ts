import { AddressesExhausted, nextAddress } from './address-pool';

const all = (first: number, last: number) =>
  new Set(Array.from({ length: last - first + 1 }, (_, i) => `10.255.1.${first + i}`));

it('begins behind the gateway', () => expect(nextAddress('10.255.1.0/24', new Set())).toBe('10.255.1.2'));

it('goes on behind the last one, also when a lower one is free', () =>
  expect(nextAddress('10.255.1.0/24', all(3, 5), '10.255.1.5')).toBe('10.255.1.6'));

it('goes round', () => expect(nextAddress('10.255.1.0/24', all(3, 254), '10.255.1.254')).toBe('10.255.1.2'));

it('gives 253 addresses of a /24 and no more', () => {
  const taken = new Set<string>();
  let last: string | undefined;
  for (let i = 0; i < 253; i++) taken.add((last = nextAddress('10.255.1.0/24', taken, last)));
  expect(taken.size).toBe(253);
  expect(taken.has('10.255.1.255')).toBe(false);
  expect(() => nextAddress('10.255.1.0/24', taken, last)).toThrow(AddressesExhausted);
});

it('ignores a last address of another subnet', () =>
  expect(nextAddress('10.255.1.0/24', new Set(), '10.255.9.7')).toBe('10.255.1.2'));
