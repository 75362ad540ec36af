import type { LeaseDocument } from './inputs';
import { whyImplausible } from './plausible-leases';

const lease = (cell: string): [string, LeaseDocument] => {
  const addresses = { underlayAddress: '10.0.0.1', overlaySubnet: '10.255.1.0/24' };
  return [cell, { cell, rev: 1, peer: { cell, ...addresses, overlayHardwareAddress: 'ee:ee:0a:ff:01:00' } }];
};
const held = new Map([
  lease('own'),
  lease('a'),
  lease('b'),
  lease('c'),
  lease('d'),
  ['e', { cell: 'e', rev: 3, peer: null }],
]);
const why = (...read: string[]) => whyImplausible({ cell: 'own', held, read: new Set(read), mostMissing: 0.5 });

it('can be true with everything, with leases that ended long ago gone, and with some peers gone', () => {
  expect(why('own', 'a', 'b', 'c', 'd')).toBeNull();
  expect(why('own', 'a', 'b')).toBeNull();
});

it('cannot be true when empty, or without the cell itself', () => {
  expect(why()).toBe('the lease of own itself is not among the 0 that were read');
  expect(why('a', 'b', 'c', 'd')).toBe('the lease of own itself is not among the 4 that were read');
});

it('cannot be true with more than the share gone', () =>
  expect(why('own', 'a')).toBe('3 of 4 peers are gone without a word that their leases have ended'));
