import type { ListedLease } from '../api/schemas';
import { page } from '../testing/samples';
import { leaseTable } from './lease-table';

const live: ListedLease = {
  ...{ cell: 'cell-1', incarnationNumber: 4, underlayAddress: '10.0.0.1', state: 'live', silentForMs: 12_000 },
  ...{ overlaySubnet: '10.255.1.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:01:00' },
};

it('says who has which subnet, and how sure that is', () =>
  expect(
    leaseTable(
      {
        leases: [
          live,
          { ...live, cell: 'cell-2', state: 'silent', silentForMs: 150_000, overlaySubnet: '10.255.2.0/24' },
          {
            ...{ ...live, cell: 'cell-1', incarnationNumber: 3, overlaySubnet: '10.255.3.0/24' },
            ...{ state: 'quarantined', silentForMs: null, ended: { how: 'fenced', at: '2026-11-22T09:30:00Z' } },
          },
          { ...live, cell: '10.0.0.9', incarnationNumber: undefined, overlaySubnet: '10.255.0.7/32' },
        ],
      },
      page,
    ),
  ).toBe(
    [
      'SUBNET         CELL      INCARNATION  UNDERLAY  STATE',
      '10.255.1.0/24  cell-1              4  10.0.0.1  live',
      '10.255.2.0/24  cell-2              4  10.0.0.1  silent for 2.5 min',
      '10.255.3.0/24  cell-1              3  10.0.0.1  quarantined, fenced 30 min ago',
      '10.255.0.7/32  10.0.0.9            -  10.0.0.1  live',
    ].join('\n'),
  ));

it('says when there are none', () => expect(leaseTable({ leases: [] }, page)).toBe('no leases'));
