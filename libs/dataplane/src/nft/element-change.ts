import { stateChange, type CellState, type PortChange } from '@heddle/calc';
import { eachOf, type Steps } from '@heddle/domain';
import { narrows, withdrawnPorts } from '../withdrawn-ports';
import {
  addContainer,
  addPorts,
  addTag,
  elementsOf,
  ELEMENT_KINDS,
  emptyElements,
  peerElements,
  portsIn,
  type ElementKind,
  type NftElements,
  type PortElements,
} from './elements';
import { addOutside, OUTSIDE_KINDS } from './outside-elements';

/** What makes one set of elements out of another. No element is on both sides. */
export interface ElementChange {
  readonly removed: NftElements;
  readonly added: NftElements;
}

/** What makes the elements of a state out of what the kernel holds. */
export interface ChangeToState extends ElementChange {
  /** The ports that were open before and are not any more, of containers that are still there. */
  readonly withdrawn: readonly PortChange[];
}

type Growing = Record<ElementKind, Set<string>>;

/** The difference between two sets of elements: looks at each of them. */
export function* differenceOf(from: NftElements, to: NftElements): Steps<ElementChange> {
  const change = { removed: emptyElements(), added: emptyElements() };
  for (const name of ELEMENT_KINDS) {
    yield* addMissing(change.removed[name], to[name], from[name]);
    yield* addMissing(change.added[name], from[name], to[name]);
  }
  return change;
}

/** From elements that were read, of which nobody knows which policies they stood for. */
export function* changeFromElements(held: NftElements, state: CellState): Steps<ChangeToState> {
  const change = yield* differenceOf(held, yield* elementsOf(state));
  return { ...change, withdrawn: yield* withdrawnPorts(portsIn(change.removed), state) };
}

/** From the elements of another state: costs what differs, and one look at each container. */
export function* changeBetween(before: CellState, after: CellState): Steps<ChangeToState> {
  const removed = emptyElements();
  const added = emptyElements();
  const { left, came, retagged, ports } = yield* stateChange(before, after);
  for (const container of left) yield* addContainer(removed, container);
  for (const container of came) yield* addContainer(added, container);
  for (const { before: was, after: is } of retagged) {
    addTag(removed, was);
    addTag(added, is);
  }
  const withdrawn: PortChange[] = [];
  yield* eachOf(ports, (change) => {
    addPortChange(removed, added, change);
    if (narrows(change)) withdrawn.push(change);
  });
  if (before.peers !== after.peers) {
    const [from, to] = [new Set(peerElements(before.peers)), new Set(peerElements(after.peers))];
    yield* addMissing(removed.peers, to, from);
    yield* addMissing(added.peers, from, to);
  }
  if (before.outside !== after.outside) yield* addOutsideChange(removed, added, before, after);
  // Of an address with a new owner both sides may say the same.
  if (left.length > 0 && came.length > 0) {
    for (const name of ELEMENT_KINDS)
      yield* eachOf(added[name], (each) => {
        if (removed[name].delete(each)) added[name].delete(each);
      });
  }
  return { removed, added, withdrawn };
}

/** Looks at every container, which costs a few elements each: what many may reach is one text. */
function* addOutsideChange(removed: Growing, added: Growing, before: CellState, after: CellState): Steps<void> {
  const [from, to] = [emptyElements(), emptyElements()];
  yield* eachOf(before.outside ?? [], (container) => addOutside(from, container));
  yield* eachOf(after.outside ?? [], (container) => addOutside(to, container));
  for (const kind of OUTSIDE_KINDS) {
    yield* addMissing(removed[kind], to[kind], from[kind]);
    yield* addMissing(added[kind], from[kind], to[kind]);
  }
}

function addPortChange(removed: Growing, added: Growing, change: PortChange): void {
  // Nearly always one of them, of tens of thousands where many apps may reach one.
  if (change.before.length === 0) return addPorts(added, change, change.after);
  if (change.after.length === 0) return addPorts(removed, change, change.before);
  const from: PortElements = { allow: new Set(), allow_range: new Set() };
  const to: PortElements = { allow: new Set(), allow_range: new Set() };
  addPorts(from, change, change.before);
  addPorts(to, change, change.after);
  for (const name of ['allow', 'allow_range'] as const) {
    for (const element of from[name]) if (!to[name].has(element)) removed[name].add(element);
    for (const element of to[name]) if (!from[name].has(element)) added[name].add(element);
  }
}

function addMissing(missing: Set<string>, there: ReadonlySet<string>, wanted: ReadonlySet<string>): Steps<void> {
  return eachOf(wanted, (element) => {
    if (!there.has(element)) missing.add(element);
  });
}
