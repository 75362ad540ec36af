import type { LeaseDocument, Peer } from '@heddle/calc';
import { judge, type Holding } from './loss';

const holding: Holding = {
  ...{ cell: 'cell-1', incarnation: 'first', overlaySubnet: '10.255.1.0/24', confirmedRev: 5 },
  overlayNetworks: ['10.255.0.0/16', '10.9.0.0/22'],
};
const fresh: Holding = { ...holding, confirmedRev: 0 };
const peer = (n: number, overlaySubnet: string): Peer => {
  const addresses = { underlayAddress: `10.0.0.${n}`, overlaySubnet };
  return { cell: `cell-${n}`, ...addresses, overlayHardwareAddress: 'ee:ee:0a:ff:01:00' };
};
const own = (rev: number, changes: Partial<LeaseDocument> = {}): LeaseDocument => ({
  ...{ cell: 'cell-1', rev, incarnation: 'first', peer: peer(1, '10.255.1.0/24') },
  ...changes,
});
const other = (rev: number, subnet: string): LeaseDocument => ({ cell: 'cell-2', rev, peer: peer(2, subnet) });

const lost = (why: string) => ({ kind: 'lost', why: `cell-1 lost 10.255.1.0/24 by change 6: ${why}` });

it.each<[string, Holding, LeaseDocument, unknown]>([
  ['its own document confirms it', fresh, own(3), { kind: 'confirmed', rev: 3 }],
  ['and one that names no incarnation, too', fresh, own(3, { incarnation: undefined }), { kind: 'confirmed', rev: 3 }],
  ['an end that is perhaps of an earlier lease', fresh, own(3, { peer: null }), { kind: 'in-doubt' }],
  ['another life that was perhaps before', fresh, own(3, { incarnation: 'zeroth' }), { kind: 'in-doubt' }],
  ['an end from before it was confirmed', holding, own(5, { peer: null }), { kind: 'nothing' }],
  ['an end', holding, own(6, { peer: null }), lost('it was released, fenced or expired')],
  [
    'another life of the cell',
    holding,
    own(6, { incarnation: 'second' }),
    lost('another incarnation of cell-1 (second) took over'),
  ],
  ['another subnet', holding, own(6, { peer: peer(1, '10.255.9.0/24') }), lost('cell-1 holds 10.255.9.0/24 now')],
  ['a cell elsewhere', holding, other(6, '10.255.2.0/24'), { kind: 'nothing' }],
  ['a cell in another network of the overlay', holding, other(6, '10.9.1.0/24'), { kind: 'nothing' }],
  ['a cell in a network that nobody has told of', holding, other(6, '10.10.1.0/24'), { kind: 'in-doubt' }],
  ['a cell whose subnet is none', holding, other(6, '10.255.1.0/240'), { kind: 'nothing' }],
  ['a cell that had the subnet before', holding, other(4, '10.255.1.0/24'), { kind: 'nothing' }],
  ['a cell that has the subnet now', holding, other(6, '10.255.1.0/24'), lost('it belongs to cell-2 now')],
  ['a cell that has a part of it', holding, other(6, '10.255.1.128/25'), lost('it belongs to cell-2 now')],
])('of a lease: %s', (_, held, document, verdict) => expect(judge(held, document)).toEqual(verdict));
