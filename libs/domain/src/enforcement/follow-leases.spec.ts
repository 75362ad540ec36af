import { receiptGiven, cellGone } from './enforcement';
import { emptyEnforcementBook, isInForce, type ChangeEnforcement, type EnforcementBook } from './enforcement-book';
import type { EnforcedStretch, Step } from './enforcement-step';
import { cellFollows, leaseCommitted } from './follow-leases';
import { changesMissingOn, concernedByLease } from './lease-enforcement';

/** A book, with the stretches that were told on the way to it. */
class Told {
  readonly stretches: EnforcedStretch[] = [];
  touched: number[] = [];

  constructor(public book: EnforcementBook = emptyEnforcementBook) {}

  /** The lease of a cell changes; from then on it follows those of others. */
  lease(seq: number, cell: string): this {
    this.take(leaseCommitted(this.book, { seq, cell, committedAtMs: 1000 + seq }));
    this.book = cellFollows(this.book, cell);
    return this;
  }
  ended(seq: number, cell: string): this {
    this.take(leaseCommitted(this.book, { seq, cell, committedAtMs: 1000 + seq }));
    return this.take(cellGone(this.book, cell));
  }
  says(cell: string, atMs: number, revs: Record<string, number>): this {
    const documents = Object.entries(revs).map(([of, rev]) => ({ key: `lease:${of}` as const, rev }));
    const changes = documents.map(({ rev }) => rev);
    const enforcedUpTo = Math.max(...changes);
    return this.take(receiptGiven(this.book, { cell, enforcedUpTo, changes, documents, enforcedAtMs: atMs }));
  }
  saysAll(cell: string, atMs: number, leasesUpTo: number): this {
    const receipt = { cell, enforcedUpTo: leasesUpTo, changes: [], documents: [], leasesUpTo, enforcedAtMs: atMs };
    return this.take(receiptGiven(this.book, receipt));
  }
  change(seq: number): ChangeEnforcement {
    const change = this.book.changes.get(String(seq));
    if (!change) throw new Error(`change ${seq} is not in the book`);
    return change;
  }
  /** Who has it since when. */
  on(seq: number): Record<string, number | null> {
    return Object.fromEntries(concernedByLease(this.book, this.change(seq), this.stretches).cells);
  }
  private take({ book, touched, stretches = [] }: Step): this {
    this.book = book;
    this.touched = touched.map(({ seq }) => seq);
    this.stretches.push(...stretches);
    return this;
  }
}
const three = () => new Told().lease(1, 'a').lease(2, 'b').lease(3, 'c');

it('a change of a lease concerns every other cell that holds one by then, and no later one', () => {
  expect([1, 2, 3].map((seq) => three().on(seq))).toEqual([{}, { a: null }, { a: null, b: null }]);
  expect(isInForce(three().change(1))).toBe(true);
});

it('is in force once every cell has come past it', () => {
  const told = three().says('a', 2001, { b: 2, c: 3 });
  expect(told.on(3)).toEqual({ a: 2001, b: null });
  expect([told.change(2), told.change(3)].map(isInForce)).toEqual([true, false]);
  expect(told.touched).toEqual([2]);
  told.says('b', 2002, { a: 1, c: 3 });
  expect(told.touched).toEqual([3]);
  expect(told.on(3)).toEqual({ a: 2001, b: 2002 });
  expect(isInForce(told.change(3))).toBe(true);
});

it('one stretch tells of all changes that a receipt covers, those of the own lease left out', () => {
  const told = three().lease(4, 'a').lease(5, 'b');
  told.says('a', 2001, { b: 5, c: 3 });
  expect(told.stretches).toEqual([{ cell: 'a', first: 2, last: 5, atMs: 2001 }]);
  expect(told.on(4)).toEqual({ b: null, c: null });
});

it('an older document of the same lease says nothing of a newer change', () =>
  expect(three().lease(4, 'b').says('a', 2001, { b: 2, c: 3 }).on(4)).toEqual({ a: null, c: null }));

it('what a cell says of a later change counts once it has said the ones before, and then since it had them all', () => {
  const told = three().says('a', 2001, { c: 3 });
  expect([told.on(2), told.on(3)]).toEqual([{ a: null }, { a: null, b: null }]);
  told.says('a', 2009, { b: 2 });
  expect([told.on(2), told.on(3)]).toEqual([{ a: 2009 }, { a: 2009, b: null }]);
});

it('a cell that goes on without one is waited for by name, and later changes count', () => {
  const told = three().lease(4, 'd').says('a', 2001, { c: 3 }).says('a', 2002, { d: 4 });
  expect([2, 3, 4].map((seq) => told.on(seq)['a'])).toEqual([null, 2002, 2002]);
  expect(changesMissingOn(told.book, 'a', 9)).toEqual([2]);
  told.says('b', 2003, { c: 3, d: 4 }).says('c', 2003, { d: 4 });
  expect([2, 3, 4].map((seq) => isInForce(told.change(seq)))).toEqual([false, true, true]);
  told.says('a', 2004, { b: 2 });
  expect(told.on(2)).toEqual({ a: 2004 });
  expect(isInForce(told.change(2))).toBe(true);
});

it('of too many such changes only the newest are waited for', () => {
  const told = new Told().lease(1, 'a');
  for (let seq = 2; seq <= 100; seq++) told.lease(seq, `x${seq}`);
  told.lease(101, 'y').says('a', 2001, { y: 101 }).lease(102, 'z').says('a', 2002, { z: 102 });
  expect(changesMissingOn(told.book, 'a', 200)).toEqual(Array.from({ length: 64 }, (_, i) => 37 + i));
  expect([told.on(36)['a'], told.on(101)['a']]).toEqual([undefined, 2002]);
});

it('a cell may have said that it enforces a change before this fold heard of it', () => {
  const told = three().says('a', 2001, { b: 2, c: 3, d: 4 }).lease(4, 'd');
  expect(told.on(4)).toEqual({ a: 2001, b: null, c: null });
  expect(told.book.leases.early.size).toBe(0);
});

describe('a cell that says it of all at once', () => {
  it('comes past every change up to there, each since it said so', () => {
    const told = three().lease(4, 'd').says('a', 2001, { b: 2 }).saysAll('a', 2005, 3);
    expect([2, 3, 4].map((seq) => told.on(seq)['a'])).toEqual([2001, 2005, null]);
    expect(told.saysAll('a', 2009, 2).on(2)['a']).toBe(2001);
  });

  it('comes past those that this fold has not heard of when it hears of them, and no others', () => {
    const told = three().saysAll('a', 2001, 5).lease(4, 'd').lease(5, 'b').lease(6, 'c');
    expect([2, 3, 4, 5, 6].map((seq) => told.on(seq)['a'])).toEqual([2001, 2001, 2001, 2001, null]);
    expect(told.book.leases.early.size).toBe(0);
    expect(told.book.cells.get('a')?.leases).toEqual({ upTo: 5, ahead: new Map() });
  });

  it('comes past those of which it spoke before a restart', () => {
    const restored = cellFollows(emptyEnforcementBook, 'a', { upTo: 3, ahead: new Map(), all: { rev: 5, atMs: 2001 } });
    const told = new Told(restored).lease(4, 'd').lease(6, 'e');
    expect([4, 6].map((seq) => told.on(seq)['a'])).toEqual([2001, null]);
  });

  it('is waited for by name no more', () => {
    const told = three().lease(4, 'd').says('a', 2001, { c: 3 }).says('a', 2002, { d: 4 });
    expect(changesMissingOn(told.book, 'a', 9)).toEqual([2]);
    expect(told.saysAll('a', 2003, 4).on(2)).toEqual({ a: 2003 });
    expect(changesMissingOn(told.book, 'a', 9)).toEqual([]);
  });
});

it('a receipt that comes again changes nothing, though it names the changes', () => {
  const told = three().says('a', 2001, { b: 2, c: 3 }).says('a', 2009, { b: 2, c: 3 });
  expect(told.touched).toEqual([]);
  expect(told.on(2)).toEqual({ a: 2001 });
});

it('nobody waits for a cell whose lease has ended, and what it enforced stays', () => {
  const told = three().says('a', 2001, { b: 2 }).ended(4, 'a');
  expect([told.on(2), told.on(3), told.on(4)]).toEqual([{ a: 2001 }, { b: null }, { b: null, c: null }]);
  expect(told.touched).toEqual([]);
  told.ended(5, 'b').ended(6, 'c');
  expect([3, 4, 5, 6].map((seq) => isInForce(told.change(seq)))).toEqual([true, true, true, true]);
  expect(told.book.leases.open).toEqual([]);
});

it('a cell that comes back begins anew', () =>
  expect(three().ended(4, 'a').lease(5, 'a').lease(6, 'b').on(4)).toEqual({ b: null, c: null }));

it('a cell that gives no receipts holds a lease and is not waited for', () => {
  const told = new Told().lease(1, 'a');
  told.book = leaseCommitted(told.book, { seq: 2, cell: '10.0.0.1', committedAtMs: 1 }).book;
  expect(told.lease(3, 'b').on(3)).toEqual({ a: null });
});

it('names the oldest changes that are missing on a cell', () => {
  const told = three().lease(4, 'd').says('a', 2001, { c: 3 });
  expect(changesMissingOn(told.book, 'a', 9)).toEqual([2, 4]);
  expect(changesMissingOn(told.book, 'b', 1)).toEqual([3]);
  expect(changesMissingOn(told.book, 'nobody', 9)).toEqual([]);
});

it('keeps as much for a storm of cells as there are cells, and not its square', () => {
  const told = new Told();
  for (let seq = 1; seq <= 2_000; seq++) told.lease(seq, `c${seq}`);
  expect(told.book.leases.open).toHaveLength(1_999);
  for (let seq = 1; seq <= 2_000; seq++) expect(told.change(seq).cells.size).toBe(0);
});
