import type { PersistentMap } from '../persistent-map';
import type { Concern } from './concern';
import { ALL_SPACES, keysOfContainers, type DocumentKey } from './document-key';
import {
  cellFacts,
  CHANGES_KEPT,
  withChanges,
  type ChangeEnforcement,
  type EnforcementBook,
  type PlacedContainer,
} from './enforcement-book';
import type { Step } from './enforcement-step';
import { cellFollowsNoMore, leasesConfirmed } from './follow-leases';

/** A change entered the log. */
export interface ChangeCommitted {
  readonly seq: number;
  readonly committedAtMs: number;
  /** The cells that must enforce it. */
  readonly concern: Concern;
}

/** A cell put documents in force. */
export interface ReceiptGiven {
  readonly cell: string;
  readonly enforcedUpTo: number;
  /** The changes it names; each concerns the cell even if nobody knew yet that it holds a container of the app. */
  readonly changes: readonly number[];
  readonly documents: readonly { readonly key: DocumentKey; readonly rev: number }[];
  /** Every document of a lease is enforced as new as this change, named or not. */
  readonly leasesUpTo?: number;
  readonly enforcedAtMs: number;
  /** How many live flows ended with it; `null` when there were too many to count. */
  readonly flowsCut?: number | null;
}

/**
 * After a change was committed: the cells concerned are those of this moment; whoever joins later does not change the past.
 * A cell may have said that it enforces the change before this fold heard of it.
 */
export function changeCommitted(book: EnforcementBook, { seq, committedAtMs, concern }: ChangeCommitted): Step {
  const enforcedAt = new Map<string, number | null>();
  let { cells } = book;
  for (const [cell, keys] of concern) {
    const facts = cellFacts(book, cell);
    const missing = keysOlderThan((key) => facts.documents.get(key)?.rev ?? 0, keys, seq);
    enforcedAt.set(
      cell,
      missing.size > 0 ? null : Math.max(...[...keys].map((key) => facts.documents.get(key)?.atMs ?? 0)),
    );
    if (missing.size > 0)
      cells = cells.set(cell, { ...facts, waitingFor: new Map(facts.waitingFor).set(seq, missing) });
  }
  const change = { seq, committedAtMs, cells: enforcedAt };
  const changes = book.changes.set(String(seq), change).delete(String(seq - CHANGES_KEPT));
  return { book: { ...book, cells, changes }, touched: [change] };
}

/**
 * After a cell said which containers it holds: what it waited for on account of an app or a space that left is its business no more.
 * @param namesSpaces whether its receipts name documents of spaces
 */
export function containersReported(
  book: EnforcementBook,
  cell: string,
  containers: readonly PlacedContainer[],
  namesSpaces = false,
): Step {
  const facts = cellFacts(book, cell);
  const before = keysOfContainers(facts.containers, facts.namesSpaces);
  const after = keysOfContainers(containers, namesSpaces);
  const gone = new Set([...before].filter((key) => !after.has(key)));
  let hosts = book.hosts;
  for (const key of gone) hosts = withoutHost(hosts, key, cell);
  for (const key of after) if (!before.has(key)) hosts = hosts.set(key, new Set([...(hosts.get(key) ?? []), cell]));
  // Of all spaces a cell holds the document always, and says so only when that is new.
  const forgotten = [...gone].filter((key) => key !== ALL_SPACES);
  const documents = forgotten.reduce((held, key) => held.delete(key), facts.documents);
  const waits = [...facts.waitingFor].map(
    ([seq, keys]) => [seq, new Set([...keys].filter((key) => !gone.has(key)))] as const,
  );
  const relieved = waits.filter(([, keys]) => keys.size === 0).map(([seq]) => seq);
  const waitingFor = new Map(waits.filter(([, keys]) => keys.size > 0));
  const touched = relieved.flatMap((seq) => withoutCell(book, seq, cell));
  const cells = book.cells.set(cell, { ...facts, containers, namesSpaces, documents, waitingFor });
  return { book: { ...book, hosts, cells, changes: withChanges(book, touched) }, touched };
}

/** After a receipt: changes are in force on the cell once every document of them that concerns it is. */
export function receiptGiven(book: EnforcementBook, receipt: ReceiptGiven): Step {
  const { cell, enforcedUpTo, changes, enforcedAtMs, leasesUpTo = 0 } = receipt;
  const before = cellFacts(book, cell);
  const documents = receipt.documents.reduce(
    (held, { key, rev }) =>
      !key.startsWith('lease:') && (held.get(key)?.rev ?? 0) < rev ? held.set(key, { rev, atMs: enforcedAtMs }) : held,
    before.documents,
  );
  // Documents of leases are not kept: how far a cell has come with those is told by its place in their line.
  const said = new Map(receipt.documents.map(({ key, rev }) => [key, rev]));
  const newest = (key: DocumentKey): number =>
    Math.max(documents.get(key)?.rev ?? 0, said.get(key) ?? 0, key.startsWith('lease:') ? leasesUpTo : 0);
  const waits = [...before.waitingFor].map(([seq, keys]) => [seq, keysOlderThan(newest, keys, seq)] as const);
  const done = waits.filter(([, keys]) => keys.size === 0).map(([seq]) => seq);
  const unknown = changes.filter((seq) => isNamedFirst(book.changes.get(String(seq)), cell));
  const touched = [...done, ...unknown].flatMap((seq) => withCell(book, seq, receipt));
  const cells = book.cells.set(cell, {
    ...before,
    documents,
    enforcedUpTo: Math.max(before.enforcedUpTo, enforcedUpTo),
    lastReceiptAtMs: enforcedAtMs,
    waitingFor: new Map(waits.filter(([, keys]) => keys.size > 0)),
  });
  const named = { ...book, cells, changes: withChanges(book, touched) };
  const followed = leasesConfirmed(named, receipt);
  return { ...followed, touched: [...touched, ...followed.touched] };
}

/**
 * After a change of which it was kept where it is in force: each cell that has not said so is waited for again, by the documents of the
 * change that concern it. One that none of them concerns is waited for no more.
 */
export function changeRecalled(book: EnforcementBook, seq: number, concern: Concern): Step {
  const waiting = [...(book.changes.get(String(seq))?.cells ?? [])].filter(([, enforcedAt]) => enforcedAt === null);
  let { cells } = book;
  let step: Step = { book, touched: [] };
  for (const [cell] of waiting) {
    const facts = cellFacts(book, cell);
    const keys = concern.get(cell);
    if (keys) cells = cells.set(cell, { ...facts, waitingFor: new Map(facts.waitingFor).set(seq, keys) });
    else step = relieved(step.book, seq, cell);
  }
  return { book: { ...step.book, cells }, touched: step.touched };
}

/** After a cell's lease has ended: it enforces nothing any more, and nobody waits for it. */
export function cellGone(book: EnforcementBook, cell: string): Step {
  const { book: empty } = containersReported(book, cell, []);
  const waited = [...cellFacts(book, cell).waitingFor.keys()].flatMap((seq) => withoutCell(book, seq, cell));
  const { book: left, touched } = cellFollowsNoMore({ ...empty, changes: withChanges(book, waited) }, cell);
  return { book: { ...left, cells: left.cells.delete(cell) }, touched: [...waited, ...touched] };
}

/** Those of some documents that are not as new as a change. */
function keysOlderThan(
  newest: (key: DocumentKey) => number,
  keys: ReadonlySet<DocumentKey>,
  seq: number,
): Set<DocumentKey> {
  return new Set([...keys].filter((key) => newest(key) < seq));
}

/** Whether a change concerns a cell though nobody knew. Of a change of a lease it is known whom it concerns. */
function isNamedFirst(change: ChangeEnforcement | undefined, cell: string): boolean {
  return change !== undefined && !change.lease && !change.cells.has(cell);
}

function withCell(book: EnforcementBook, seq: number, receipt: ReceiptGiven): ChangeEnforcement[] {
  const change = book.changes.get(String(seq));
  if (!change) return [];
  const { cell, enforcedAtMs, flowsCut = 0 } = receipt;
  const enforced = { ...change, cells: new Map(change.cells).set(cell, enforcedAtMs) };
  return [flowsCut === 0 ? enforced : { ...enforced, flowsCut: new Map(change.flowsCut).set(cell, flowsCut) }];
}

function withoutCell(book: EnforcementBook, seq: number, cell: string): ChangeEnforcement[] {
  const change = book.changes.get(String(seq));
  if (!change) return [];
  const cells = new Map(change.cells);
  cells.delete(cell);
  return [{ ...change, cells }];
}

function relieved(book: EnforcementBook, seq: number, cell: string): Step {
  const touched = withoutCell(book, seq, cell);
  return { book: { ...book, changes: withChanges(book, touched) }, touched };
}

function withoutHost(
  hosts: PersistentMap<ReadonlySet<string>>,
  key: DocumentKey,
  cell: string,
): PersistentMap<ReadonlySet<string>> {
  const left = new Set(hosts.get(key));
  left.delete(cell);
  return left.size === 0 ? hosts.delete(key) : hosts.set(key, left);
}
