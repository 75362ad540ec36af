import { specificationOf } from '@heddle/testing';
import { parseBlock } from '../ipv4';
import type { AcquireLease, LeaseCommand } from './commands';
import type { LeaseEvent } from './events';
import { hardwareAddressOf, type Lease } from './lease';
import { leaseDecider } from './lease-decider';
import type { OverlayPlan } from './overlay-plan';

const plan: OverlayPlan = { networks: [parseBlock('10.255.0.0/22')], blockPrefixLength: 24 };
const { given } = specificationOf(leaseDecider(plan));
const HOUR_MS = 3_600_000;
const times = { atMs: 10 * HOUR_MS, quarantineMs: HOUR_MS };

/** The lease of the n-th block, of the cell's n-th address; each cell is in its first incarnation unless said otherwise. */
const lease = (cell: string, block: number, rest: Partial<Lease> = {}): Lease => ({
  ...{ cell, incarnation: `${cell}-a`, incarnationNumber: 1, underlayAddress: `192.168.0.${block}` },
  overlaySubnet: `10.255.${block}.0/24`,
  overlayHardwareAddress: `ee:ee:0a:ff:0${block}:00`,
  ...rest,
});
const silk = (block: number): Lease => {
  const { underlayAddress, overlaySubnet, overlayHardwareAddress } = lease('', block);
  return { cell: underlayAddress, underlayAddress, overlaySubnet, overlayHardwareAddress };
};
const acquire = (cell: string, address: number, rest: Partial<AcquireLease> = {}): AcquireLease => ({
  ...{ type: 'acquire-lease', cell, incarnation: `${cell}-a`, underlayAddress: `192.168.0.${address}` },
  ...{ singleAddress: false, ...times },
  ...rest,
});
const acquireAsSilk = (address: number, rest: Partial<AcquireLease> = {}): AcquireLease =>
  acquire(`192.168.0.${address}`, address, { incarnation: undefined, ...rest });
const renew = (held: Lease): LeaseCommand => ({ type: 'renew-lease', lease: held, ...times });
const release = ({ cell, incarnation }: Lease): LeaseCommand => ({ type: 'release-lease', cell, incarnation });
const acquired = (held: Lease): LeaseEvent => ({ type: 'lease-acquired', lease: held });
const released = (held: Lease): LeaseEvent => ({ type: 'lease-released', lease: held });
const expired = (held: Lease, atMs = times.atMs): LeaseEvent => ({ type: 'lease-expired', lease: held, atMs });
const fenced = (held: Lease, because: 'superseded' | 'address-reused' | 'ordered', atMs = times.atMs): LeaseEvent => ({
  ...{ type: 'lease-fenced', lease: held, because, atMs },
});

const [one, two, three] = [lease('cell-1', 1), lease('cell-2', 2), lease('cell-3', 3)];
const full = [acquired(one), acquired(two), acquired(three)];

describe('a cell that acquires', () => {
  it('gets the lowest block that was never leased, but the first', () =>
    given([acquired(one)])
      .when(acquire('cell-2', 2))
      .then(acquired(two)));

  it('gets a block that was never leased before one that was', () =>
    given([acquired(one), acquired(two), released(one)])
      .when(acquire('cell-3', 3))
      .then(acquired(three)));

  it('gets the block that has been free for longest when all were leased', () =>
    given([...full, released(two), released(one)])
      .when(acquire('cell-4', 4))
      .then(acquired(lease('cell-4', 2, { underlayAddress: '192.168.0.4' }))));

  it('keeps what it holds', () =>
    given([acquired(one)])
      .when(acquire('cell-1', 1))
      .thenNothing());

  it('keeps its subnet when its underlay address changes', () =>
    given([acquired(one)])
      .when(acquire('cell-1', 9))
      .then(acquired({ ...one, underlayAddress: '192.168.0.9' })));

  it('gets what it remembers, if nobody has it', () =>
    given([acquired(one)])
      .when(acquire('cell-3', 3, { held: three }))
      .then(acquired(three)));

  it('gets another block if somebody has what it remembers', () =>
    given([acquired(one)])
      .when(acquire('cell-2', 2, { held: one }))
      .then(acquired(two)));

  it('is refused when everything is leased', () =>
    given(full).when(acquire('cell-4', 4)).thenRefused('no-lease-available'));

  it('one address gets it out of the first block', () =>
    given([acquired(one)])
      .when(acquire('cell-2', 2, { singleAddress: true }))
      .then(acquired({ ...two, overlaySubnet: '10.255.0.1/32', overlayHardwareAddress: 'ee:ee:0a:ff:00:01' })));
});

describe('another incarnation of a cell', () => {
  const reborn = lease('cell-1', 2, { incarnation: 'b', incarnationNumber: 2, underlayAddress: '192.168.0.1' });
  const comeAgain = acquire('cell-1', 1, { incarnation: 'b' });

  it('does not inherit: the lease of the one before is fenced first', () =>
    given([acquired(one)])
      .when(comeAgain)
      .then(fenced(one, 'superseded')));

  it('gets another block then', () =>
    given([acquired(one), fenced(one, 'superseded')])
      .when(comeAgain)
      .then(acquired(reborn)));

  it('is the last: the one before is refused', () =>
    given([acquired(one), fenced(one, 'superseded'), acquired(reborn)])
      .when(acquire('cell-1', 7))
      .thenRefused('incarnation-superseded'));

  it('is the last also when it has given its lease back', () =>
    given([acquired(one), fenced(one, 'superseded'), acquired(reborn), released(reborn)])
      .when(acquire('cell-1', 7))
      .thenRefused('incarnation-superseded'));

  it('has to do with its own lease only', () =>
    given([acquired(one), fenced(one, 'superseded'), acquired(reborn)])
      .when(release(one))
      .then({ type: 'lease-quarantine-ended', lease: one }));

  it('does not count where an agent from before incarnations was upgraded', () => {
    const old = { ...pick(one), cell: one.cell, underlayAddress: one.underlayAddress };
    given([acquired(old)])
      .when(acquire('cell-1', 1))
      .then(acquired(one));
  });
});

describe('a recycled underlay address', () => {
  it('is refused while its holder is alive', () =>
    given([acquired(one)])
      .when(acquire('cell-2', 1))
      .thenRefused('underlay-address-taken'));

  it('takes the lease from a holder that is silent', () =>
    given([acquired(one)])
      .when(acquire('cell-2', 1, { silent: one }))
      .then(fenced(one, 'address-reused')));

  it('is refused when the one that is silent is another than the one that holds it', () =>
    given([acquired(one)])
      .when(acquire('cell-2', 1, { silent: { ...one, incarnation: 'b' } }))
      .thenRefused('underlay-address-taken'));

  it('names the holder and the way out', () =>
    expect(() =>
      leaseDecider(plan).decide(
        leaseDecider(plan).evolve(leaseDecider(plan).initialState, acquired(one)),
        acquire('cell-2', 1),
      ),
    ).toThrow(
      'cell-2: underlay address 192.168.0.1 belongs to lease 10.255.1.0/24 of cell-1 (incarnation 1), which is alive; ' +
        'stop that cell, or release that lease: heddle lease release 10.255.1.0/24',
    ));
});

describe('a subnet whose holder was lost', () => {
  const lost = [...full, expired(two, 9.5 * HOUR_MS), expired(one, 9.9 * HOUR_MS)];

  it('is given to nobody else while it is in quarantine', () =>
    given(lost).when(acquire('cell-4', 4)).thenRefused('no-lease-available'));

  it('is given when its time has passed, the one lost first before the others', () =>
    given(lost)
      .when(acquire('cell-4', 4, { atMs: 11 * HOUR_MS }))
      .then(acquired(lease('cell-4', 2, { underlayAddress: '192.168.0.4' }))));

  it('is not taken from what a cell remembers', () =>
    given(lost)
      .when(acquire('cell-4', 4, { held: one }))
      .thenRefused('no-lease-available'));

  it('goes back to its holder', () => given(lost).when(acquire('cell-1', 1)).then(acquired(one)));

  it('goes back to its holder also after it was fenced', () =>
    given([...full, fenced(one, 'ordered')])
      .when(acquire('cell-1', 1))
      .then(acquired(one)));

  it('is free at once when its holder says that it has stopped', () =>
    given([...lost, { type: 'lease-quarantine-ended', lease: one }])
      .when(acquire('cell-4', 4))
      .then(acquired(lease('cell-4', 1, { underlayAddress: '192.168.0.4' }))));

  it('is no more its holder’s once another has it', () =>
    given([...lost, acquired(lease('cell-4', 2))])
      .when(acquire('cell-2', 8, { atMs: 11 * HOUR_MS }))
      .then(acquired(lease('cell-2', 1, { underlayAddress: '192.168.0.8' }))));
});

describe('a lease ends', () => {
  it('by release of its holder', () =>
    given([acquired(one)])
      .when(release(one))
      .then(released(one)));
  it('not by release of another incarnation', () =>
    given([acquired(one)])
      .when(release({ ...one, incarnation: 'b' }))
      .thenNothing());
  it('by expiry', () =>
    given([acquired(one)])
      .when({ type: 'expire-lease', lease: one, atMs: 7 })
      .then(expired(one, 7)));
  it('not by expiry when it is not the one that stands', () =>
    given([acquired(one), released(one), acquired({ ...one, incarnation: 'b' })])
      .when({ type: 'expire-lease', lease: one, atMs: 7 })
      .thenNothing());
  it('by order', () =>
    given([acquired(one)])
      .when({ type: 'fence-lease', lease: one, because: 'ordered', atMs: 7 })
      .then(fenced(one, 'ordered', 7)));
});

describe('a silk daemon', () => {
  it('is known by its underlay address: a recreated one gets the same lease', () =>
    given([acquired(silk(1))])
      .when(acquireAsSilk(1, { singleAddress: true }))
      .thenNothing());
  it('renews what it holds, which changes nothing', () =>
    given([acquired(silk(1))])
      .when(renew(silk(1)))
      .thenNothing());
  it('renews what nobody knows, and that is entered as sent', () =>
    given([])
      .when(renew({ ...silk(2), overlayHardwareAddress: 'ee:ee:00:00:00:07' }))
      .then(acquired({ ...silk(2), overlayHardwareAddress: 'ee:ee:00:00:00:07' })));
  it.each([
    ['another subnet', { overlaySubnet: '10.255.3.0/24' }],
    ['another hardware address', { overlayHardwareAddress: 'ee:ee:00:00:00:07' }],
  ])('is refused with %s', (_, other) =>
    given([acquired(silk(1))])
      .when(renew({ ...silk(1), ...other }))
      .thenRefused('lease-mismatch'),
  );
  it.each([
    ['the subnet', silk(1).overlaySubnet, 'ee:ee:00:00:00:07'],
    ['the hardware address', '10.255.3.0/24', silk(1).overlayHardwareAddress],
  ])('is refused %s of another', (_, overlaySubnet, overlayHardwareAddress) =>
    given([acquired(silk(1))])
      .when(renew({ ...silk(2), overlaySubnet, overlayHardwareAddress }))
      .thenRefused('subnet-taken'),
  );
  it('is refused the first block, which is kept back', () =>
    given([])
      .when(renew({ ...silk(1), overlaySubnet: '10.255.0.0/24' }))
      .thenRefused('lease-outside-network'));
  it('brings an expired lease back to life', () =>
    given([acquired(silk(1)), expired(silk(1))])
      .when(renew(silk(1)))
      .then(acquired(silk(1))));
  it('does not bring back a lease that was fenced, but gets it when it asks for one', () => {
    const cut = given([acquired(silk(1)), fenced(silk(1), 'ordered')]);
    cut.when(renew(silk(1))).thenRefused('lease-fenced');
    cut.when(acquireAsSilk(1)).then(acquired(silk(1)));
  });
  it('does not bring back what is in quarantine on account of another', () =>
    given([acquired(one), expired(one)])
      .when(renew({ ...silk(2), ...pick(one) }))
      .thenRefused('subnet-taken'));
});

describe('another plan', () => {
  const wider = specificationOf(leaseDecider({ networks: [parseBlock('10.255.0.0/20')], blockPrefixLength: 22 }));
  const elsewhere = specificationOf(leaseDecider({ networks: [parseBlock('10.9.0.0/22')], blockPrefixLength: 24 }));
  const block = (cell: string, subnet: string, address: number) =>
    lease(cell, address, { overlaySubnet: subnet, overlayHardwareAddress: hardwareAddressOf(parseBlock(subnet)) });

  it('leaves leases as they are', () =>
    elsewhere
      .given([acquired(one)])
      .when(acquire('cell-1', 1))
      .thenNothing());
  it('leaves a silk daemon its lease while it renews', () =>
    elsewhere
      .given([acquired(silk(1))])
      .when(renew(silk(1)))
      .thenNothing());
  it('gives a silk daemon that asks a new lease another one', () =>
    elsewhere
      .given([acquired(silk(1))])
      .when(acquireAsSilk(1))
      .then(acquired({ ...silk(1), overlaySubnet: '10.9.1.0/24', overlayHardwareAddress: 'ee:ee:0a:09:01:00' })));
  it('gives nothing that overlaps with a lease that stands', () =>
    wider
      .given([acquired(block('cell-1', '10.255.5.0/24', 1))])
      .when(acquire('cell-2', 2))
      .then(acquired(block('cell-2', '10.255.8.0/22', 2))));
  it('gives it once those leases have ended and their quarantine has passed', () => {
    const [a, b] = [block('cell-1', '10.255.5.0/24', 1), block('cell-2', '10.255.6.0/24', 2)];
    const rest = [acquired(block('cell-3', '10.255.8.0/22', 3)), acquired(block('cell-4', '10.255.12.0/22', 4))];
    const ending = wider.given([acquired(a), acquired(b), ...rest, expired(a), released(b)]);
    ending.when(acquire('cell-5', 5)).thenRefused('no-lease-available');
    ending
      .when(acquire('cell-5', 5, { atMs: times.atMs + HOUR_MS }))
      .then(acquired(block('cell-5', '10.255.4.0/22', 5)));
  });
  it('with several networks keeps the first block of each back', () => {
    const both = specificationOf(
      leaseDecider({ networks: [parseBlock('10.255.0.0/23'), parseBlock('10.254.0.0/23')], blockPrefixLength: 24 }),
    );
    both
      .given([acquired(one)])
      .when(acquire('cell-2', 2))
      .then(acquired(block('cell-2', '10.254.1.0/24', 2)));
  });
});

function pick({ overlaySubnet, overlayHardwareAddress }: Lease) {
  return { overlaySubnet, overlayHardwareAddress };
}
