import { specificationOf } from '@heddle/testing';
import fc from 'fast-check';
import { parseBlock } from '../ipv4';
import type { LeaseCommand } from './commands';
import type { Lease } from './lease';
import type { OverlayPlan } from './lease-book';
import { leaseDecider } from './lease-decider';

const plan: OverlayPlan = { network: parseBlock('10.255.0.0/16'), blockPrefixLength: 24 };
const { given } = specificationOf(leaseDecider(plan));

const lease = (cell: string, block: number, underlayAddress = `192.168.0.${block}`): Lease => ({
  cell,
  underlayAddress,
  overlaySubnet: `10.255.${block}.0/24`,
  overlayHardwareAddress: `ee:ee:0a:ff:0${block}:00`,
});
const acquired = (held: Lease) => ({ type: 'lease-acquired', lease: held }) as const;
const acquire = (cell: string, underlayAddress: string) => ({ type: 'acquire-lease', cell, underlayAddress }) as const;
const renew = (held: Lease) => ({ type: 'renew-lease', lease: held }) as const;

const one = lease('cell-1', 1);
const two = lease('cell-2', 2);

describe('acquiring', () => {
  it('gives the lowest block but the first', () =>
    given([]).when(acquire('cell-1', '192.168.0.1')).then(acquired(one)));

  it('gives the next block to the next cell', () =>
    given([acquired(one)])
      .when(acquire('cell-2', '192.168.0.2'))
      .then(acquired(two)));

  it('leaves a cell its lease', () =>
    given([acquired(one)])
      .when(acquire('cell-1', '192.168.0.1'))
      .thenNothing());

  it('leaves a cell its subnet when its underlay address changes', () =>
    given([acquired(one)])
      .when(acquire('cell-1', '192.168.0.9'))
      .then(acquired(lease('cell-1', 1, '192.168.0.9'))));

  it('refuses the underlay address of another cell', () =>
    given([acquired(one)])
      .when(acquire('cell-2', '192.168.0.1'))
      .thenRefused('underlay-address-taken'));

  it('uses a released block again', () =>
    given([acquired(one), acquired(two), { type: 'lease-released', lease: one }])
      .when(acquire('cell-3', '192.168.0.3'))
      .then(acquired(lease('cell-3', 1, '192.168.0.3'))));

  it('refuses when every block is held', () => {
    const small = specificationOf(leaseDecider({ network: parseBlock('10.255.0.0/22'), blockPrefixLength: 24 }));
    small
      .given([acquired(one), acquired(two), acquired(lease('cell-3', 3))])
      .when(acquire('cell-4', '192.168.0.4'))
      .thenRefused('no-lease-available');
  });
});

describe('renewing', () => {
  it('changes nothing', () =>
    given([acquired(one)])
      .when(renew(one))
      .thenNothing());
  it('of an unknown lease takes it as sent', () => given([]).when(renew(two)).then(acquired(two)));
  it('refuses a lease that differs', () =>
    given([acquired(one)])
      .when(renew(lease('cell-1', 2)))
      .thenRefused('lease-mismatch'));
  it('refuses a subnet that another cell holds', () =>
    given([acquired(one)])
      .when(renew(lease('cell-9', 1, '192.168.0.9')))
      .thenRefused('subnet-taken'));
  it('refuses the first block, which is kept back', () =>
    given([])
      .when(renew(lease('cell-1', 0)))
      .thenRefused('lease-outside-network'));
});

describe('ending', () => {
  it('by release', () =>
    given([acquired(one)])
      .when({ type: 'release-lease', cell: 'cell-1' })
      .then({ type: 'lease-released', lease: one }));
  it('by expiry', () =>
    given([acquired(one)])
      .when({ type: 'expire-lease', cell: 'cell-1' })
      .then({ type: 'lease-expired', lease: one }));
  it('of nothing changes nothing', () => given([]).when({ type: 'release-lease', cell: 'cell-1' }).thenNothing());
});

it('never gives one subnet or one underlay address to two cells', () => {
  const cell = fc.constantFrom('a', 'b', 'c', 'd');
  const address = fc.constantFrom('192.168.0.1', '192.168.0.2', '192.168.0.3');
  const command = fc.oneof(
    fc.tuple(cell, address).map(([name, underlay]): LeaseCommand => acquire(name, underlay)),
    fc
      .tuple(fc.constantFrom('release-lease' as const, 'expire-lease' as const), cell)
      .map(([type, name]): LeaseCommand => ({ type, cell: name })),
    fc
      .tuple(cell, fc.integer({ min: 0, max: 4 }), address)
      .map(([name, block, underlay]): LeaseCommand => renew(lease(name, block, underlay))),
  );
  const decider = leaseDecider({ network: parseBlock('10.255.0.0/22'), blockPrefixLength: 24 });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      let book = decider.initialState;
      for (const next of commands) {
        try {
          const event = decider.decide(book, next);
          if (event) book = decider.evolve(book, event);
        } catch (error) {
          expect(error).toMatchObject({ name: 'Refused' });
        }
        const leases = [...book.byCell.values()];
        expect(new Set(leases.map(({ overlaySubnet }) => overlaySubnet)).size).toBe(leases.length);
        expect(new Set(leases.map(({ underlayAddress }) => underlayAddress)).size).toBe(leases.length);
        expect(book.bySubnet.size).toBe(leases.length);
        expect(book.byUnderlayAddress.size).toBe(leases.length);
      }
    }),
  );
});
