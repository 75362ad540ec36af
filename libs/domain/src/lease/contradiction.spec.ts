import { parseBlock } from '../ipv4';
import { leaseContradiction } from './contradiction';
import type { LeaseEvent } from './events';
import type { Lease } from './lease';
import { leaseDecider } from './lease-decider';

const { initialState, evolve } = leaseDecider({ networks: [parseBlock('10.255.0.0/22')], blockPrefixLength: 24 });
const lease = (cell: string, overlaySubnet: string): Lease => ({
  ...{ cell, incarnation: 'a', incarnationNumber: 1, underlayAddress: `192.168.0.${cell.length}` },
  ...{ overlaySubnet, overlayHardwareAddress: `ee:${cell}` },
});
const taken = (held: Lease): LeaseEvent => ({ type: 'lease-acquired', lease: held });
const released = (held: Lease): LeaseEvent => ({ type: 'lease-released', lease: held });
const book = [taken(lease('one', '10.255.1.0/24')), taken(lease('other', '10.1.0.0/24'))].reduce(evolve, initialState);

it.each<[string, LeaseEvent]>([
  ['gives a free subnet', taken(lease('two', '10.255.2.0/24'))],
  ['gives the same again to its holder', taken(lease('one', '10.255.1.0/24'))],
  ['moves a holder to a part of what it has', taken(lease('one', '10.255.1.0/25'))],
  ['ends what stands', released(lease('one', '10.255.1.0/24'))],
  ['ends a quarantine', { type: 'lease-quarantine-ended', lease: lease('gone', '10.255.3.0/24') }],
])('nothing contradicts an event that %s', (_, event) => expect(leaseContradiction(book, event)).toBeUndefined());

it.each<[string, LeaseEvent]>([
  [
    'gives 10.255.1.0/24 to two (incarnation 1) while one (incarnation 1) has 10.255.1.0/24',
    taken(lease('two', '10.255.1.0/24')),
  ],
  [
    'gives 10.255.1.0/25 to two (incarnation 1) while one (incarnation 1) has 10.255.1.0/24',
    taken(lease('two', '10.255.1.0/25')),
  ],
  [
    'gives 10.255.0.0/23 to two (incarnation 1) while one (incarnation 1) has 10.255.1.0/24',
    taken(lease('two', '10.255.0.0/23')),
  ],
  [
    'gives 10.1.0.0/24 to two (incarnation 1) while other (incarnation 1) has 10.1.0.0/24',
    taken(lease('two', '10.1.0.0/24')),
  ],
  [
    'ends the lease 10.255.2.0/24 of one (incarnation 1), which does not stand',
    released(lease('one', '10.255.2.0/24')),
  ],
  [
    'ends the lease 10.255.2.0/24 of two (incarnation 1), which does not stand',
    released(lease('two', '10.255.2.0/24')),
  ],
])('it %s', (words, event) => expect(leaseContradiction(book, event)).toBe(`it ${words}`));

it('names what is no subnet', () =>
  expect(leaseContradiction(book, taken(lease('two', 'everything')))).toBe("'everything' is no subnet"));
