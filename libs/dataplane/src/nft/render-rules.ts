import type { CellState } from '@heddle/calc';
import type { Steps } from '@heddle/domain';
import { renderDelta } from './delta';
import { elementsOf, NO_ELEMENTS, type NftElements } from './elements';
import { TABLE } from './runner';
import { renderTable, type TableOptions } from './table';

/** The commands that put a table with these elements in the place of whatever is there, as one transaction. */
export function* renderWhole(elements: NftElements, options: TableOptions, table: string = TABLE): Steps<string> {
  const { text } = yield* renderDelta({ removed: NO_ELEMENTS, added: elements }, table);
  return renderTable(options, table) + text;
}

/** What `nft -f` would have to be given for the kernel to hold a state, and nothing else of Heddle's. */
export function* renderNftRules(state: CellState, options: TableOptions): Steps<string> {
  return yield* renderWhole(yield* elementsOf(state), options);
}
