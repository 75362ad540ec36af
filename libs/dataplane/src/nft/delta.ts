import type { ElementChange } from './element-change';
import { SET_NAMES, type NftElements } from './elements';
import { TABLE } from './runner';

/** What a change says to nft. */
export interface NftDelta {
  /** Commands of one transaction, deletions first; empty when there is nothing to do. */
  readonly text: string;
  readonly added: number;
  readonly removed: number;
}

/**
 * The commands for a change. Never deletes what is not there, which would make the kernel refuse all of it, and never
 * flushes: an element that stays is not touched.
 */
export function renderDelta({ removed, added }: ElementChange, table = TABLE): NftDelta {
  return {
    text: renderElements('delete', removed, table) + renderElements('add', added, table),
    added: countOf(added),
    removed: countOf(removed),
  };
}

/** Commands that add or delete elements, a line for each set. */
export function renderElements(verb: 'add' | 'delete', elements: NftElements, table = TABLE): string {
  return SET_NAMES.filter((name) => elements[name].size > 0)
    .map((name) => `${verb} element ${table} ${name} { ${[...elements[name]].join(', ')} }\n`)
    .join('');
}

function countOf(elements: NftElements): number {
  return SET_NAMES.reduce((sum, name) => sum + elements[name].size, 0);
}
