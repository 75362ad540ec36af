import type { Change } from '../api/schemas';
import type { Allowances } from './allowances';
import type { CellBook, CellNews } from './cell-book';
import { unasked, type Followed } from './followed';
import { emptyLedger, type Ledger } from './ledger';

/** How the live stream is. `since` in milliseconds since 1970: when it was lost. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'reconnecting'; readonly since: number; readonly why: string };

/** Everything the page knows: a fold over facts, whether they came by a list or by the stream. */
export interface Picture {
  readonly connection: Connection;
  /** Grows whenever the lists must be read (again); 0 while the stream has never been open. */
  readonly round: number;
  /** The sequence of the newest change that came by the stream; 0 before the first. */
  readonly streamedUpTo: number;
  readonly ledger: Ledger;
  readonly allowances: Followed<Allowances, Change>;
  readonly cells: Followed<CellBook, CellNews>;
}

/** Before anything is known. */
export const blankPicture: Picture = {
  connection: { state: 'connecting' },
  round: 0,
  streamedUpTo: 0,
  ledger: emptyLedger,
  allowances: unasked,
  cells: unasked,
};
