import type { DocumentKey } from './document-key';
import {
  cellFacts,
  CHANGES_KEPT,
  withChanges,
  type CellFacts,
  type ChangeEnforcement,
  type EnforcedDocument,
  type EnforcementBook,
  type LeasesFollowed,
} from './enforcement-book';
import type { EnforcedStretch, Step } from './enforcement-step';
import {
  indexBehind,
  indexWhere,
  settleLine,
  withCellAt,
  withChange,
  withoutCellAt,
  type LeaseChange,
} from './lease-line';

/**
 * Of changes that a cell never confirmed while it confirmed later ones, the newest so many are waited for by name; of older ones
 * nothing is known of the cell. It comes about when a cell cannot read a document, or when its receipts are no longer kept.
 */
const MOST_PASSED_OVER = 64;

/** What a cell said of leases. */
export interface LeasesSaid {
  readonly cell: string;
  readonly documents: readonly { readonly key: DocumentKey; readonly rev: number }[];
  readonly leasesUpTo?: number;
  readonly enforcedAtMs: number;
}

/** A change of a lease entered the log. */
export interface LeaseCommitted extends LeaseChange {
  readonly committedAtMs: number;
}

/** After a lease was given or ended: that concerns every cell that follows leases, but for the one whose lease it is. */
export function leaseCommitted(book: EnforcementBook, { seq, cell, committedAtMs }: LeaseCommitted): Step {
  const leases = withChange(book.leases, { seq, cell });
  const change = { seq, committedAtMs, cells: new Map<string, number | null>(), lease: { cell } };
  const changes = book.changes.set(String(seq), change).delete(String(seq - CHANGES_KEPT));
  const begun: Step = { book: { ...book, leases: { ...leases, early: new Set() }, changes }, touched: [change] };
  // The cell itself has nothing to do for it, and who spoke of it early had said enough.
  return [...new Set([cell, ...leases.early])].reduce<Step>((step, follower) => {
    const { leases: followed } = cellFacts(step.book, follower);
    return followed ? joined(step, advanced(step.book, follower, followed, false)) : step;
  }, settled(begun));
}

/** After a cell got a lease: changes of others concern it from here on; or, as it was saved, from where it had come. */
export function cellFollows(book: EnforcementBook, cell: string, from?: LeasesFollowed): EnforcementBook {
  const facts = cellFacts(book, cell);
  if (facts.leases) return book;
  const leases: LeasesFollowed = from ?? { upTo: book.leases.newest, ahead: new Map() };
  const early = leases.ahead.size > 0 || leases.all ? new Set(book.leases.early).add(cell) : book.leases.early;
  const line = withCellAt({ ...book.leases, early }, leases.upTo);
  return { ...book, cells: book.cells.set(cell, { ...facts, leases }), leases: line };
}

/** After a change of a lease that was folded by an earlier process came by again: the line is made anew out of all of them. */
export function leaseRecalled(book: EnforcementBook, change: LeaseChange): EnforcementBook {
  return { ...book, leases: settleLine(withChange(book.leases, change)).line };
}

/** After a change of a lease was read from where it was saved: cells that went on without it are waited for again. */
export function leaseRestored(book: EnforcementBook, change: ChangeEnforcement): EnforcementBook {
  const missing = [...change.cells].filter(([, enforcedAt]) => enforcedAt === null);
  const cells = missing.reduce((held, [cell]) => {
    const facts = cellFacts(book, cell);
    return held.set(cell, { ...facts, waitingFor: waitingToo(facts, change) });
  }, book.cells);
  return { ...book, cells, changes: withChanges(book, [change]) };
}

/** After a cell's lease has ended: nobody waits for it. */
export function cellFollowsNoMore(book: EnforcementBook, cell: string): Step {
  const { leases, ...facts } = cellFacts(book, cell);
  if (!leases) return { book, touched: [] };
  const early = new Set(book.leases.early);
  early.delete(cell);
  const line = { ...withoutCellAt(book.leases, leases.upTo), early };
  return settled({ book: { ...book, leases: line, cells: book.cells.set(cell, facts) }, touched: [] });
}

/**
 * After a cell said which documents of leases it enforces. It comes past a change when it enforces that and every one before, so that
 * one place tells of all of them. What it says of later ones is kept until it has said the rest; if it goes on without, those
 * that are missing are waited for one by one.
 */
export function leasesConfirmed(
  book: EnforcementBook,
  { cell, documents, leasesUpTo = 0, enforcedAtMs: atMs }: LeasesSaid,
): Step {
  const { leases } = cellFacts(book, cell);
  const news = leases ? documents.filter(({ key, rev }) => key.startsWith('lease:') && rev > leases.upTo) : [];
  const isMore = leases !== undefined && leasesUpTo > Math.max(leases.upTo, leases.all?.rev ?? 0);
  if (!leases || (news.length === 0 && !isMore)) return { book, touched: [] };
  const ahead = new Map(leases.ahead);
  for (const { key, rev } of news) {
    const of = key.slice('lease:'.length);
    if (rev > (ahead.get(of)?.rev ?? 0)) ahead.set(of, { rev, atMs });
  }
  const wasAhead = [...leases.ahead.values()].some(({ rev }) => rev <= book.leases.newest);
  const all = isMore ? { rev: leasesUpTo, atMs } : leases.all;
  return advanced(book, cell, { ...leases, ahead, ...(all && { all }) }, wasAhead);
}

/** @param passesOver whether the cell goes on behind changes that it never confirmed, if it cannot go on otherwise */
function advanced(book: EnforcementBook, cell: string, followed: LeasesFollowed, passesOver: boolean): Step {
  const { upTo, ahead, all } = followed;
  const { open, newest } = book.leases;
  const next = indexBehind(open, upTo);
  const isPast = (change: LeaseChange): boolean => change.cell === cell || saidOf(followed, change) !== undefined;
  const says = (change: LeaseChange): boolean => change.cell !== cell && isPast(change);
  const isStuck = passesOver && indexWhere(open, next, isPast) !== next;
  const found = isStuck ? indexWhere(open, next, says) : next;
  const from = found === open.length ? next : found;
  const end = indexWhere(open, from, (change) => !isPast(change));
  const past = open.slice(from, end);
  const last = past.at(-1)?.seq ?? upTo;
  const left = new Map([...ahead].filter(([, { rev }]) => rev > last));
  const stillAll = all && all.rev > newest ? { all } : {};
  const isEarly = 'all' in stillAll || [...left.values()].some(({ rev }) => rev > newest);
  const early = isEarly ? new Set(book.leases.early).add(cell) : book.leases.early;
  const step = passedOver({ ...book, leases: { ...book.leases, early } }, cell, open.slice(next, from));
  const now = { upTo: last, ahead: left, ...stillAll };
  return { ...withFollowed(step, cell, now), stretches: stretchesOf(cell, past, followed) };
}

/** What a cell has said that puts it past a change; `undefined` when it has said nothing of the kind. */
function saidOf({ ahead, all }: LeasesFollowed, { seq, cell }: LeaseChange): EnforcedDocument | undefined {
  const named = ahead.get(cell);
  return [named, all].find((said) => said !== undefined && said.rev >= seq);
}

/** What the cell did not confirm is a document that it is waited for, like those of apps. */
function passedOver(book: EnforcementBook, cell: string, missing: readonly LeaseChange[]): Step {
  let facts = cellFacts(book, cell);
  const touched: ChangeEnforcement[] = [];
  for (const { seq, cell: of } of missing.slice(-MOST_PASSED_OVER)) {
    const change = book.changes.get(String(seq));
    if (!change || of === cell) continue;
    facts = { ...facts, waitingFor: waitingToo(facts, change) };
    touched.push({ ...change, cells: new Map(change.cells).set(cell, null) });
  }
  if (touched.length === 0) return { book, touched };
  return { book: { ...book, cells: book.cells.set(cell, facts), changes: withChanges(book, touched) }, touched };
}

function waitingToo({ waitingFor }: CellFacts, { seq, lease }: ChangeEnforcement): CellFacts['waitingFor'] {
  return new Map(waitingFor).set(seq, new Set<DocumentKey>([`lease:${lease?.cell}`]));
}

function withFollowed({ book, touched }: Step, cell: string, leases: LeasesFollowed): Step {
  const before = cellFacts(book, cell) as CellFacts & { readonly leases: LeasesFollowed };
  const cells = book.cells.set(cell, { ...before, leases });
  if (before.leases.upTo === leases.upTo) return { book: { ...book, cells }, touched };
  const line = withoutCellAt(withCellAt(book.leases, leases.upTo), before.leases.upTo);
  return settled({ book: { ...book, cells, leases: line }, touched });
}

/** Changes that the last cell has come past are in force everywhere. */
function settled({ book, touched, stretches }: Step): Step {
  const { line, passed } = settleLine(book.leases);
  const { newest } = line;
  const done = passed.flatMap(({ seq, cell }): ChangeEnforcement[] => {
    const change = book.changes.get(String(seq));
    return change ? [{ ...change, lease: { cell, passedBy: newest } }] : [];
  });
  return {
    book: { ...book, leases: line, changes: withChanges(book, done) },
    touched: [...touched, ...done],
    ...(stretches && { stretches }),
  };
}

function stretchesOf(cell: string, past: readonly LeaseChange[], followed: LeasesFollowed): EnforcedStretch[] {
  const others = past.filter((change) => change.cell !== cell);
  const [first, last] = [others.at(0), others.at(-1)];
  if (!first || !last) return [];
  let atMs = 0;
  for (const change of others) atMs = Math.max(atMs, saidOf(followed, change)?.atMs ?? 0);
  return [{ cell, first: first.seq, last: last.seq, atMs }];
}

function joined(earlier: Step, later: Step): Step {
  return {
    book: later.book,
    touched: [...earlier.touched, ...later.touched],
    stretches: [...(earlier.stretches ?? []), ...(later.stretches ?? [])],
  };
}
