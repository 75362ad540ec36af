import { eachOf, type Steps } from '@heddle/domain';
import type { ElementChange } from './element-change';
import { ELEMENT_KINDS, SET_NAMES, type NftElements } from './elements';
import { addReach, deleteReach } from './reach-chain';
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
export function* renderDelta({ removed, added }: ElementChange, table: string = TABLE): Steps<NftDelta> {
  // A chain is there before anything leads to it, and nothing leads to one that goes.
  const newReaches = [...added.reaches].map((text) => addReach(text, table));
  const oldReaches = [...removed.reaches].map((text) => deleteReach(text, table));
  const elements = (yield* renderElements('delete', removed, table)) + (yield* renderElements('add', added, table));
  return {
    text: newReaches.join('') + elements + oldReaches.join(''),
    added: countOf(added),
    removed: countOf(removed),
  };
}

/** Commands that add or delete elements, a line for each set. */
function* renderElements(verb: 'add' | 'delete', elements: NftElements, table: string): Steps<string> {
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

/** How many elements there are; a chain is one of them. */
export function countOf(elements: NftElements): number {
  return ELEMENT_KINDS.reduce((sum, name) => sum + elements[name].size, 0);
}
