import { stateChange, type CellState, type PortChange } from '@heddle/calc';
import {
  addContainer,
  addPorts,
  addTag,
  emptyElements,
  peerElements,
  SET_NAMES,
  type NftElements,
  type SetName,
} from './elements';

/** What makes one set of elements out of another. No element is on both sides. */
export interface ElementChange {
  readonly removed: NftElements;
  readonly added: NftElements;
}

type Growing = Record<SetName, Set<string>>;

/** The difference between two sets of elements: looks at each of them. */
export function differenceOf(from: NftElements, to: NftElements): ElementChange {
  const change = { removed: emptyElements(), added: emptyElements() };
  for (const name of SET_NAMES) {
    addMissing(change.removed[name], to[name], from[name]);
    addMissing(change.added[name], from[name], to[name]);
  }
  return change;
}

/** The difference between the elements of two states: costs what differs, and one look at each container. */
export function changeBetween(before: CellState, after: CellState): ElementChange {
  const removed = emptyElements();
  const added = emptyElements();
  const { left, came, retagged, ports } = stateChange(before, after);
  for (const container of left) addContainer(removed, container);
  for (const container of came) addContainer(added, container);
  for (const { before: was, after: is } of retagged) {
    addTag(removed, was);
    addTag(added, is);
  }
  for (const change of ports) addPortChange(removed, added, change);
  if (before.peers !== after.peers) {
    const [from, to] = [new Set(peerElements(before.peers)), new Set(peerElements(after.peers))];
    addMissing(removed.peers, to, from);
    addMissing(added.peers, from, to);
  }
  // Of an address with a new owner both sides may say the same.
  if (left.length > 0 && came.length > 0) {
    for (const name of SET_NAMES)
      for (const each of added[name]) if (removed[name].delete(each)) added[name].delete(each);
  }
  return { removed, added };
}

function addPortChange(removed: Growing, added: Growing, change: PortChange): void {
  // Nearly always one of them, of tens of thousands where many apps may reach one.
  if (change.before.length === 0) return addPorts(added, change, change.after);
  if (change.after.length === 0) return addPorts(removed, change, change.before);
  const from = emptyElements();
  const to = emptyElements();
  addPorts(from, change, change.before);
  addPorts(to, change, change.after);
  for (const name of ['allow', 'allow_range'] as const) {
    addMissing(removed[name], to[name], from[name]);
    addMissing(added[name], from[name], to[name]);
  }
}

function addMissing(missing: Set<string>, there: ReadonlySet<string>, wanted: ReadonlySet<string>): void {
  for (const element of wanted) if (!there.has(element)) missing.add(element);
}
