import fc from 'fast-check';
import { blockContains, parseBlock } from '../ipv4';
import type { LeaseCommand } from './commands';
import { leaseContradiction } from './contradiction';
import type { LeaseEvent } from './events';
import type { Lease } from './lease';
import type { LeaseBook } from './lease-book';
import { leaseDecider } from './lease-decider';
import type { OverlayPlan } from './overlay-plan';

const plans: OverlayPlan[] = [
  { networks: [parseBlock('10.255.0.0/22')], blockPrefixLength: 24 },
  { networks: [parseBlock('10.255.0.0/22')], blockPrefixLength: 25 },
  { networks: [parseBlock('10.255.0.0/21'), parseBlock('10.254.0.0/22')], blockPrefixLength: 23 },
];

/**
 * One control plane: it has folded a part of the log, decides on that, and its append counts only where the log has not moved
 * on. It may have another plan than the others, and a clock that jumps.
 */
interface Replica {
  plan: number;
  folded: number;
}

const names = fc.constantFrom('a', 'b', 'c', 'd');
const addresses = fc.constantFrom('192.168.0.1', '192.168.0.2', '192.168.0.3', '192.168.0.4');
const step = fc.record({
  replica: fc.nat({ max: 2 }),
  act: fc.constantFrom(
    'acquire',
    'acquire',
    'acquire',
    'single',
    'silk',
    'renew',
    'release',
    'expire',
    'fence',
    'catch-up',
    'restart',
  ),
  cell: names,
  incarnation: fc.constantFrom('1', '2', '3'),
  address: addresses,
  subnet: fc.constantFrom('10.255.1.0/24', '10.255.2.0/23', '10.255.3.0/25', '10.255.0.7/32', '10.254.2.0/23'),
  clockMs: fc.nat({ max: 1_000 }),
  isSilent: fc.boolean(),
  /** Where the client asks again when the process dies after the append and before the answer. */
  askedAgain: fc.option(fc.nat({ max: 2 })),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function commandOf(
  book: LeaseBook,
  { act, cell, incarnation, address, subnet, clockMs, isSilent }: Step,
): LeaseCommand | undefined {
  const times = { atMs: clockMs, quarantineMs: 100 };
  const held = { overlaySubnet: subnet, overlayHardwareAddress: `ee:ee:${cell}` };
  const standing = book.byCell.get(cell) ?? book.byCell.get(address);
  const silent = isSilent ? book.byUnderlayAddress.get(address) : undefined;
  switch (act) {
    case 'acquire':
    case 'single':
      return {
        type: 'acquire-lease',
        cell,
        incarnation,
        underlayAddress: address,
        singleAddress: act === 'single',
        held,
        silent,
        ...times,
      };
    case 'silk':
      return {
        type: 'acquire-lease',
        cell: address,
        underlayAddress: address,
        singleAddress: isSilent,
        silent,
        ...times,
      };
    case 'renew':
      return { type: 'renew-lease', lease: { cell: address, underlayAddress: address, ...held }, ...times };
    case 'release':
      return { type: 'release-lease', cell, incarnation };
    case 'expire':
      return standing && { type: 'expire-lease', lease: standing, atMs: clockMs };
    case 'fence':
      return standing && { type: 'fence-lease', lease: standing, because: 'ordered', atMs: clockMs };
    default:
      return undefined;
  }
}

function overlapping(leases: readonly Lease[]): [Lease, Lease][] {
  const blocks = leases.map((lease) => ({ lease, block: parseBlock(lease.overlaySubnet) }));
  return blocks.flatMap((one, i) =>
    blocks
      .slice(i + 1)
      .flatMap((other): [Lease, Lease][] =>
        blockContains(one.block, other.block) || blockContains(other.block, one.block)
          ? [[one.lease, other.lease]]
          : [],
      ),
  );
}

const foldOf = (plan: number, log: readonly LeaseEvent[]) => {
  const decider = leaseDecider(plans[plan] as OverlayPlan);
  return log.reduce((book, event) => decider.evolve(book, event), decider.initialState);
};

/**
 * A process died between append and answer, and the client asks another one, which has to come to the end of the log before it can
 * append, or refuse, anything. What was asked for has come about, so it adds nothing.
 */
function expectSaidAlready(event: LeaseEvent, asked: Step, replica: Replica, log: readonly LeaseEvent[]): void {
  // A fence is on the way to a lease. A silk daemon may be moved by a process that has another plan.
  if (event.type === 'lease-fenced' || event.type === 'lease-expired' || asked.act === 'silk') return;
  replica.folded = log.length;
  const book = foldOf(replica.plan, log);
  const command = commandOf(book, asked);
  expect(command && leaseDecider(plans[replica.plan] as OverlayPlan).decide(book, command)).toBeUndefined();
}

it('no two leases overlap, whoever decides when, with which plan and which clock', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const log: LeaseEvent[] = [];
      const replicas: Replica[] = plans.map((_, plan) => ({ plan, folded: 0 }));
      for (const next of steps) {
        const replica = replicas[next.replica] as Replica;
        if (next.act === 'restart') replica.plan = (replica.plan + 1) % plans.length;
        if (next.act === 'catch-up' || next.act === 'restart') replica.folded = log.length;
        const book = foldOf(replica.plan, log.slice(0, replica.folded));
        const command = commandOf(book, next);
        if (!command) continue;
        try {
          const event = leaseDecider(plans[replica.plan] as OverlayPlan).decide(book, command);
          // Compare-and-set: an append behind anything but the end of the log is refused.
          if (event && replica.folded === log.length) {
            for (const plan of plans.keys()) expect(leaseContradiction(foldOf(plan, log), event)).toBeUndefined();
            log.push(event);
            if (next.askedAgain !== null) expectSaidAlready(event, next, replicas[next.askedAgain] as Replica, log);
          } else replica.folded = log.length;
        } catch (error) {
          expect(error).toMatchObject({ name: 'Refused' });
        }
        const leases = [...foldOf(0, log).byCell.values()];
        expect(overlapping(leases)).toEqual([]);
        expect(new Set(leases.map(({ underlayAddress }) => underlayAddress)).size).toBe(leases.length);
        for (const plan of [1, 2]) expect([...foldOf(plan, log).bySubnet.values()]).toHaveLength(leases.length);
      }
    }),
    { numRuns: 60 },
  );
});

it('several replicas together fill the entire pool; then the oldest quarantined block is the next', () => {
  const plan: OverlayPlan = { networks: [parseBlock('10.255.0.0/20')], blockPrefixLength: 24 };
  const decider = leaseDecider(plan);
  const lost = fc.uniqueArray(fc.nat({ max: 14 }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 }), { minLength: 200, maxLength: 200 }), lost, (turns, order) => {
      const acquire = (n: number, atMs = 0): LeaseCommand => ({
        ...{ type: 'acquire-lease', cell: `c${n}`, incarnation: `i${n}`, underlayAddress: `192.168.1.${n}` },
        ...{ singleAddress: false, atMs, quarantineMs: 1_000 },
      });
      const books = [decider.initialState, decider.initialState, decider.initialState];
      let book = decider.initialState;
      let next = 0;
      for (const turn of turns) {
        if (next === 15) break;
        // The three decide on what they know; one of them wins, and the others learn of it when they lose.
        const event = decider.decide(books[turn] as LeaseBook, acquire(next));
        if (books[turn] === book && event) {
          book = decider.evolve(book, event);
          next++;
        }
        books[turn] = book;
      }
      expect(new Set([...book.byCell.values()].map(({ overlaySubnet }) => overlaySubnet)).size).toBe(15);
      expect(() => decider.decide(book, acquire(99))).toThrow('all 15 subnets');
      const subnets = order.map((n) => (book.byCell.get(`c${n}`) as Lease).overlaySubnet);
      order.forEach((n, i) => {
        const lease = book.byCell.get(`c${n}`) as Lease;
        book = decider.evolve(book, decider.decide(book, { type: 'expire-lease', lease, atMs: i }) as LeaseEvent);
      });
      expect(() => decider.decide(book, acquire(99, 999))).toThrow('in quarantine');
      expect(decider.decide(book, acquire(99, 1_000))).toMatchObject({ lease: { overlaySubnet: subnets[0] } });
    }),
  );
});
