import { atOnce } from '@heddle/domain';
import fc from 'fast-check';
import { allowancesOf, desiredState } from './desired-state';
import type { AppDocument, LeaseDocument, LocalContainer } from './inputs';
import type { Allowance, CellState, GuardedContainer, PortRange } from './outputs';
import { peersOf } from './peers';
import { stateChange } from './state-change';

const APPS = ['a', 'b', 'c', '__proto__'];
const CELLS = ['cell-1', 'cell-2', 'cell-3'];
const PROTOCOLS = ['tcp', 'udp'] as const;
const PORTS = [1, 2, 3, 4, 5];

interface Permission {
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'tcp' | 'udp';
  readonly start: number;
  readonly end: number;
}

/** How everything is after one change. */
interface Moment {
  readonly permissions: readonly Permission[];
  /** The cells that hold a lease. */
  readonly leased: readonly string[];
}

/** What reaches a cell: a document as it was after some change, or a container that comes or goes. */
type Step =
  | { readonly document: string; readonly moment: number }
  | { readonly lease: string; readonly moment: number }
  | { readonly slot: number; readonly app: string | null };

const port = fc.constantFrom(...PORTS);
const permission = fc
  .record({ source: fc.constantFrom(...APPS), destination: fc.constantFrom(...APPS), ports: fc.tuple(port, port) })
  .chain(({ ports, ...apps }) =>
    fc.constantFrom(...PROTOCOLS).map((protocol): Permission => {
      const [start, end] = [Math.min(...ports), Math.max(...ports)];
      return { ...apps, protocol, start, end };
    }),
  );
const moment: fc.Arbitrary<Moment> = fc.record({
  permissions: fc.array(permission, { maxLength: 6 }),
  leased: fc.subarray(CELLS),
});
const history = fc.array(moment, { minLength: 1, maxLength: 5 });

/** Any steps, then the newest documents in any order, then any steps again: old documents that come late, among them. */
const pathsIn = (moments: number) => {
  const when = fc.nat(moments - 1);
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.record({ document: fc.constantFrom(...APPS), moment: when }),
    fc.record({ lease: fc.constantFrom(...CELLS), moment: when }),
    fc.record({ slot: fc.nat(2), app: fc.option(fc.constantFrom(...APPS)) }),
  );
  const newest: Step[] = [
    ...APPS.map((document) => ({ document, moment: moments - 1 })),
    ...CELLS.map((lease) => ({ lease, moment: moments - 1 })),
  ];
  const path = fc
    .tuple(
      fc.array(step, { maxLength: 12 }),
      fc.shuffledSubarray(newest, { minLength: newest.length }),
      fc.array(step, { maxLength: 12 }),
    )
    .map((parts) => parts.flat());
  return fc.tuple(path, path, path);
};
const world = history.chain((moments) => fc.record({ moments: fc.constant(moments), paths: pathsIn(moments.length) }));

/** Tags go round from one change to the next, so that an old document speaks of tags that others hold now. */
function tagAt({ permissions }: Moment, rev: number, app: string): number | null {
  const parties = APPS.filter((each) =>
    permissions.some(({ source, destination }) => source === each || destination === each),
  );
  return parties.includes(app) ? ((parties.indexOf(app) + rev) % parties.length) + 1 : null;
}

function appDocument(moments: readonly Moment[], app: string, at: number): AppDocument {
  const now = moments[at] as Moment;
  const inbound = now.permissions
    .filter(({ destination }) => destination === app)
    .map(({ source, protocol, start, end }) => ({
      ...{ protocol, start, end },
      tags: [tagAt(now, at, source) as number],
    }));
  return { app, rev: at + 1, tag: tagAt(now, at, app), inbound };
}

function leaseDocument(moments: readonly Moment[], cell: string, at: number): LeaseDocument {
  const n = CELLS.indexOf(cell) + 1;
  const addresses = { underlayAddress: `10.0.0.${n}`, overlaySubnet: `10.255.${n}.0/24` };
  const peer = { cell, ...addresses, overlayHardwareAddress: `ee:ee:0a:ff:0${n}:00` };
  return { cell, rev: at + 1, peer: moments[at]?.leased.includes(cell) ? peer : null };
}

/** The containers at the end of a path. */
function containersOf(cell: string, path: readonly Step[]): LocalContainer[] {
  const slots = new Map<number, string>();
  for (const step of path) {
    if (!('slot' in step)) continue;
    if (step.app === null) slots.delete(step.slot);
    else slots.set(step.slot, step.app);
  }
  const subnet = CELLS.indexOf(cell) + 1;
  return [...slots].map(([slot, app]) => ({
    ...{ handle: `${app}-${slot}`, app },
    ...{ address: `10.255.${subnet}.${slot}`, hostInterface: `s-${slot}` },
  }));
}

/** What a cell wants after a path along which newer documents win. */
function stateAfter(moments: readonly Moment[], cell: string, path: readonly Step[]): CellState {
  const apps = new Map<string, AppDocument>();
  const leases = new Map<string, LeaseDocument>();
  const take = <T extends { rev: number }>(held: Map<string, T>, key: string, document: T): void => {
    if (document.rev > (held.get(key)?.rev ?? 0)) held.set(key, document);
  };
  for (const step of path) {
    if ('document' in step) take(apps, step.document, appDocument(moments, step.document, step.moment));
    if ('lease' in step) take(leases, step.lease, leaseDocument(moments, step.lease, step.moment));
  }
  return desiredState({ containers: containersOf(cell, path), apps, peers: peersOf(cell, leases) });
}

type Placed = LocalContainer & { readonly state: CellState };
type Packet = ReturnType<typeof packetsBetween>[number];

function packetsBetween(from: Placed, to: Placed) {
  return PROTOCOLS.flatMap((protocol) => PORTS.map((wanted) => ({ from, to, protocol, wanted })));
}

/** What the two cells would do with a packet. */
function passes({ from, to, protocol, wanted }: Packet): boolean {
  const mark = from.state.containers.find(({ address }) => address === from.address)?.tag;
  return to.state.containers
    .flatMap(allowancesOf)
    .some(
      ({ address, tag, start, end, ...each }) =>
        address === to.address && tag === mark && each.protocol === protocol && start <= wanted && wanted <= end,
    );
}

/** What the policies say of a packet. */
function isAllowed(permissions: readonly Permission[], { from, to, protocol, wanted }: Packet): boolean {
  return permissions.some(
    ({ source, destination, start, end, ...each }) =>
      source === from.app && destination === to.app && each.protocol === protocol && start <= wanted && wanted <= end,
  );
}

const asText = ({ from, to, protocol, wanted }: Packet): string =>
  `${from.app}@${from.address} > ${to.app}@${to.address} ${protocol} ${wanted}`;

/** The lists as sets: their order carries no meaning. */
const asSets = ({ containers, peers }: CellState) =>
  [containers, peers].map((list) => list.map((each) => JSON.stringify(each)).sort());

const portsOf = (
  { address, tag, protocol }: Pick<Allowance, 'address' | 'tag' | 'protocol'>,
  ranges: readonly PortRange[],
): string[] =>
  PORTS.filter((each) => ranges.some(({ start, end }) => start <= each && each <= end)).map(
    (each) => `${address} ${tag} ${protocol} ${each}`,
  );
const openPorts = (container: GuardedContainer): string[] =>
  allowancesOf(container).flatMap((allowance) => portsOf(allowance, [allowance]));
const senderOf = ({ handle, hostInterface, tag }: GuardedContainer): string => `${handle} ${hostInterface} ${tag}`;

describe('whatever way the documents came, reordered, repeated, late, with containers coming and going', () => {
  it('a cell wants what the newest documents alone would make it want', () =>
    fc.assert(
      fc.property(world, ({ moments, paths: [path] }) => {
        const last = moments.length - 1;
        const alone = desiredState({
          containers: containersOf('cell-1', path),
          apps: new Map(APPS.map((app) => [app, appDocument(moments, app, last)])),
          peers: peersOf('cell-1', new Map(CELLS.map((cell) => [cell, leaseDocument(moments, cell, last)]))),
        });
        expect(asSets(stateAfter(moments, 'cell-1', path))).toEqual(asSets(alone));
      }),
    ));

  it('a container reaches another exactly where the newest policies say so', () =>
    fc.assert(
      fc.property(world, ({ moments, paths }) => {
        const { permissions } = moments.at(-1) as Moment;
        const placed = CELLS.flatMap((cell, i) => {
          const path = paths[i] as Step[];
          return containersOf(cell, path).map((each) => ({ ...each, state: stateAfter(moments, cell, path) }));
        });
        const packets = placed.flatMap((from) => placed.flatMap((to) => packetsBetween(from, to)));
        const passing = packets.filter((packet) => passes(packet));
        expect(passing.map(asText)).toEqual(packets.filter((packet) => isAllowed(permissions, packet)).map(asText));
      }),
    ));

  it('the difference of any two states says exactly which ports opened and which closed, and for whom', () =>
    fc.assert(
      fc.property(world, ({ moments, paths: [path, other] }) => {
        const [before, after] = [path, other].map((each) => stateAfter(moments, 'cell-1', each)) as [
          CellState,
          CellState,
        ];
        const { left, came, retagged, ports } = atOnce(stateChange(before, after));
        const opened = new Set(before.containers.filter((each) => !left.includes(each)).flatMap(openPorts));
        for (const change of ports) for (const port of portsOf(change, change.before)) opened.delete(port);
        for (const change of ports) for (const port of portsOf(change, change.after)) opened.add(port);
        for (const port of came.flatMap(openPorts)) opened.add(port);
        expect([...opened].sort()).toEqual([...new Set(after.containers.flatMap(openPorts))].sort());
        const senders = new Map(before.containers.map((each) => [each.address, senderOf(each)]));
        for (const { address } of left) senders.delete(address);
        for (const each of [...came, ...retagged.map((one) => one.after)]) senders.set(each.address, senderOf(each));
        expect(senders).toEqual(new Map(after.containers.map((each) => [each.address, senderOf(each)])));
      }),
    ));

  it('a tag whose ports are what they were is in no difference', () =>
    fc.assert(
      fc.property(world, ({ moments, paths: [path, other] }) => {
        const states = [path, other].map((each) => stateAfter(moments, 'cell-1', each)) as [CellState, CellState];
        for (const change of atOnce(stateChange(...states)).ports) {
          const ranges = [change.before, change.after].map((list) => list.map((each) => JSON.stringify(each)).sort());
          expect(ranges[0]).not.toEqual(ranges[1]);
        }
      }),
    ));

  it('a cell has a tunnel to every other cell that holds a lease, and to no one else', () =>
    fc.assert(
      fc.property(world, ({ moments, paths: [path] }) =>
        expect(stateAfter(moments, 'cell-1', path).peers.map(({ cell }) => cell)).toEqual(
          (moments.at(-1) as Moment).leased.filter((cell) => cell !== 'cell-1'),
        ),
      ),
    ));
});
