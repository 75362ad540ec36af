import { eachOf, type Steps } from '@heddle/domain';
import { inboundChange, type TagChange } from './inbound-change';
import type { InboundRule } from './inputs';
import type { CellState, GuardedContainer } from './outputs';

/** What is different for the packets of one tag to one container. */
export interface PortChange extends TagChange {
  readonly address: string;
}

/** What makes one state of a cell out of another. A container whose address has another owner now left, and the other came. */
export interface StateChange {
  readonly left: readonly GuardedContainer[];
  readonly came: readonly GuardedContainer[];
  /** Containers that stay and send as another app does, as they were and as they are. */
  readonly retagged: readonly { readonly before: GuardedContainer; readonly after: GuardedContainer }[];
  /** Ports of containers that stay. */
  readonly ports: readonly PortChange[];
}

/**
 * The difference between two states: work for each container on the cell is one comparison, and what differs is worked out for
 * each app once, however many containers it has here.
 */
export function* stateChange(before: CellState, after: CellState): Steps<StateChange> {
  const left = new Map(before.containers.map((each) => [each.address, each]));
  const came: GuardedContainer[] = [];
  const retagged: { before: GuardedContainer; after: GuardedContainer }[] = [];
  const ports: PortChange[] = [];
  const ofApp = new Map<readonly InboundRule[], { before: readonly InboundRule[]; changes: TagChange[] }>();
  for (const container of after.containers) {
    const was = left.get(container.address);
    if (!was || !isSame(was, container)) {
      came.push(container);
      continue;
    }
    left.delete(container.address);
    if (was.tag !== container.tag) retagged.push({ before: was, after: container });
    if (was.inbound === container.inbound) continue;
    let known = ofApp.get(container.inbound);
    if (known?.before !== was.inbound) {
      known = { before: was.inbound, changes: yield* inboundChange(was.inbound, container.inbound) };
      ofApp.set(container.inbound, known);
    }
    yield* eachOf(known.changes, (change) => void ports.push({ ...change, address: container.address }));
  }
  return { left: [...left.values()], came, retagged, ports };
}

/** Everything that a container is open to, tag by tag, as if it had come just now. */
export function* portsOf({ address, inbound }: Pick<GuardedContainer, 'address' | 'inbound'>): Steps<PortChange[]> {
  const ports: PortChange[] = [];
  yield* eachOf(yield* inboundChange([], inbound), (change) => void ports.push({ ...change, address }));
  return ports;
}

function isSame(a: GuardedContainer, b: GuardedContainer): boolean {
  return a.handle === b.handle && a.hostInterface === b.hostInterface;
}
