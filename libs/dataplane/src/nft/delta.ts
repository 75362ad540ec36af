import { SET_NAMES, type NftElements, type SetName } from './elements';
import { TABLE } from './runner';

/** What makes one set of elements out of another. */
export interface NftDelta {
  /** Commands of one transaction, deletions first; empty when there is nothing to do. */
  readonly text: string;
  readonly added: number;
  readonly removed: number;
}

/**
 * The difference between what the kernel holds and what it should hold. Never deletes what is not there, which would
 * make the kernel refuse all of it, and never flushes: an element that stays is not touched.
 */
export function renderDelta(from: NftElements, to: NftElements): NftDelta {
  const removed = SET_NAMES.map((name) => ({ name, elements: missingFrom(to[name], from[name]) }));
  const added = SET_NAMES.map((name) => ({ name, elements: missingFrom(from[name], to[name]) }));
  return {
    text: [
      ...removed.map((change) => command('delete', change)),
      ...added.map((change) => command('add', change)),
    ].join(''),
    added: count(added),
    removed: count(removed),
  };
}

interface SetChange {
  readonly name: SetName;
  readonly elements: readonly string[];
}

function missingFrom(there: ReadonlySet<string>, wanted: ReadonlySet<string>): string[] {
  const missing: string[] = [];
  for (const element of wanted) if (!there.has(element)) missing.push(element);
  return missing;
}

function command(verb: 'add' | 'delete', { name, elements }: SetChange): string {
  return elements.length === 0 ? '' : `${verb} element ${TABLE} ${name} { ${elements.join(', ')} }\n`;
}

function count(changes: readonly SetChange[]): number {
  return changes.reduce((sum, { elements }) => sum + elements.length, 0);
}
