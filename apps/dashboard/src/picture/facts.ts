import type { Policy } from '@heddle/domain';
import type { Cell, Change, ChangePage, Placement, Receipt } from '../api/schemas';

/** Everything that changes what the page shows. */
export type Fact =
  | { readonly type: 'stream-opened'; readonly resumed: boolean }
  /** `at` in milliseconds since 1970. */
  | { readonly type: 'stream-lost'; readonly at: number; readonly why: string }
  | { readonly type: 'changed'; readonly change: Change }
  | { readonly type: 'receipt-came'; readonly receipt: Receipt }
  | { readonly type: 'placed'; readonly placement: Placement }
  /** The lists may have become untrue, for a reason the stream cannot know. */
  | { readonly type: 'lists-doubted' }
  | { readonly type: 'changes-listed'; readonly app: string; readonly before: number | null; readonly page: ChangePage }
  /** The request for the list is about to leave; only the answer to the last one may follow. */
  | { readonly type: 'policies-asked' }
  | { readonly type: 'policies-listed'; readonly policies: readonly Policy[] }
  | { readonly type: 'cells-asked' }
  | { readonly type: 'cells-listed'; readonly cells: readonly Cell[] };
