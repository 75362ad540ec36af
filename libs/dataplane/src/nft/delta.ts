import { eachOf, type Steps } from '@heddle/domain';
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
export function* renderDelta({ removed, added }: ElementChange, table = TABLE): Steps<NftDelta> {
  return {
    text: (yield* renderElements('delete', removed, table)) + (yield* renderElements('add', added, table)),
    added: countOf(added),
    removed: countOf(removed),
  };
}

/** Commands that add or delete elements, a line for each set. */
export function* renderElements(verb: 'add' | 'delete', elements: NftElements, table = TABLE): Steps<string> {
  let text = '';
  for (const name of SET_NAMES) {
    if (elements[name].size === 0) continue;
    text += `${verb} element ${table} ${name} { `;
    let before = '';
    yield* eachOf(elements[name], (element) => {
      text += before + element;
      before = ', ';
    });
    text += ' }\n';
  }
  return text;
}

/** How many elements there are. */
export function countOf(elements: NftElements): number {
  return SET_NAMES.reduce((sum, name) => sum + elements[name].size, 0);
}
