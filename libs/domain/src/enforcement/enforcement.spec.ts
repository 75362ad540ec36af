import { concernOfApps } from './concern';
import type { DocumentKey } from './document-key';
import { cellGone, changeCommitted, containersReported, receiptGiven } from './enforcement';
import {
  cellFacts,
  emptyEnforcementBook,
  isInForce,
  type EnforcementBook,
  type PlacedContainer,
} from './enforcement-book';

const container = (app: string): PlacedContainer => ({
  handle: `${app}-0`,
  app,
  index: 0,
  address: '10.255.1.2',
  space: null,
  org: null,
});
const placed = (book: EnforcementBook, cell: string, ...apps: string[]) =>
  containersReported(book, cell, apps.map(container)).book;
const committed = (book: EnforcementBook, seq: number, ...apps: string[]) =>
  changeCommitted(book, { seq, committedAtMs: 1000 + seq, concern: concernOfApps(book, apps) }).book;
const receipt = (
  book: EnforcementBook,
  cell: string,
  documents: Record<`app:${string}`, number>,
  changes: number[] = [],
) => {
  const held = Object.entries(documents).map(([key, rev]) => ({ key: key as DocumentKey, rev }));
  const enforcedUpTo = Math.max(...held.map(({ rev }) => rev));
  return receiptGiven(book, { cell, enforcedUpTo, changes, documents: held, enforcedAtMs: 2000 + enforcedUpTo });
};
const change = (book: EnforcementBook, seq: number) => {
  const found = book.changes.get(String(seq));
  if (!found) throw new Error(`change ${seq} is not in the book`);
  return found;
};
const waits = (book: EnforcementBook, cell: string) => [...cellFacts(book, cell).waitingFor.keys()];

const twoCells = placed(placed(emptyEnforcementBook, 'cell-1', 'web'), 'cell-2', 'web', 'db');

describe('a change', () => {
  it('concerns the cells that hold containers of its apps', () => {
    expect([...change(committed(twoCells, 1, 'db'), 1).cells]).toEqual([['cell-2', null]]);
    expect([...change(committed(twoCells, 1, 'web', 'db'), 1).cells.keys()].sort()).toEqual(['cell-1', 'cell-2']);
  });

  it('that concerns no cell is in force', () =>
    expect(isInForce(change(committed(twoCells, 1, 'nobody'), 1))).toBe(true));

  it('is in force once every cell concerned has said so', () => {
    const first = receipt(committed(twoCells, 1, 'web'), 'cell-1', { 'app:web': 1 }).book;
    expect(isInForce(change(first, 1))).toBe(false);
    const both = receipt(first, 'cell-2', { 'app:web': 1 });
    expect(isInForce(change(both.book, 1))).toBe(true);
    expect(both.touched).toEqual([change(both.book, 1)]);
    expect(change(both.book, 1).cells.get('cell-2')).toBe(2001);
  });

  it('that touches two apps of a cell is in force there once both documents are', () => {
    const half = receipt(committed(twoCells, 1, 'web', 'db'), 'cell-2', { 'app:web': 1 });
    expect(half.touched).toEqual([]);
    expect(change(half.book, 1).cells.get('cell-2')).toBeNull();
    const whole = receipt(half.book, 'cell-2', { 'app:db': 1 }).book;
    expect(change(whole, 1).cells.get('cell-2')).toBe(2001);
  });

  it('is covered by a newer document of the same app, and not by one of another app', () => {
    const book = committed(committed(twoCells, 1, 'db'), 2, 'web');
    const newer = receipt(book, 'cell-2', { 'app:web': 9 }).book;
    expect(change(newer, 1).cells).toEqual(new Map([['cell-2', null]]));
    expect(change(newer, 2).cells.get('cell-2')).toBe(2009);
    expect(waits(newer, 'cell-2')).toEqual([1]);
  });

  it('keeps the first time a cell said it enforces it', () => {
    const once = receipt(committed(twoCells, 1, 'db'), 'cell-2', { 'app:db': 1 }).book;
    const again = receipt(once, 'cell-2', { 'app:db': 9 }, [1]);
    expect(again.touched).toEqual([]);
    expect(change(again.book, 1).cells.get('cell-2')).toBe(2001);
  });

  it('that a cell enforced before this fold heard of it is in force there since then', () => {
    const early = receipt(twoCells, 'cell-2', { 'app:db': 5 }).book;
    expect(change(committed(early, 5, 'db'), 5).cells).toEqual(new Map([['cell-2', 2005]]));
    expect(waits(committed(early, 5, 'db'), 'cell-2')).toEqual([]);
    expect(waits(committed(early, 6, 'db'), 'cell-2')).toEqual([6]);
  });

  it('keeps how many flows ended with it, on the cells where some did', () => {
    const book = committed(twoCells, 1, 'web');
    const first = receiptGiven(book, {
      ...{ cell: 'cell-1', enforcedUpTo: 1, changes: [1], documents: [{ key: 'app:web', rev: 1 }] },
      ...{ enforcedAtMs: 2001, flowsCut: 3 },
    }).book;
    const both = receipt(first, 'cell-2', { 'app:web': 1 }).book;
    expect(change(both, 1).flowsCut).toEqual(new Map([['cell-1', 3]]));
    expect(change(receipt(both, 'cell-1', { 'app:web': 1 }, [1]).book, 1).flowsCut).toEqual(new Map([['cell-1', 3]]));
  });

  it('concerns a cell that names it, though its container was not known when the change was made', () => {
    const book = receipt(committed(twoCells, 1, 'new'), 'cell-1', { 'app:new': 1 }, [1]).book;
    expect(change(book, 1).cells).toEqual(new Map([['cell-1', 2001]]));
  });

  it('is not changed by a cell that joins later', () => {
    const book = placed(committed(twoCells, 1, 'db'), 'cell-3', 'db');
    expect([...change(book, 1).cells.keys()]).toEqual(['cell-2']);
    expect([...change(committed(book, 2, 'db'), 2).cells.keys()].sort()).toEqual(['cell-2', 'cell-3']);
  });
});

describe('a cell', () => {
  it('has no business with an app that left it', () => {
    const book = placed(committed(committed(twoCells, 1, 'web'), 2, 'web', 'db'), 'cell-2', 'db');
    expect([...change(book, 1).cells.keys()]).toEqual(['cell-1']);
    expect([...change(book, 2).cells.keys()].sort()).toEqual(['cell-1', 'cell-2']);
    expect(cellFacts(book, 'cell-2').waitingFor).toEqual(new Map([[2, new Set(['app:db'])]]));
    expect([...concernOfApps(book, ['web']).keys()]).toEqual(['cell-1']);
  });

  it('whose lease has ended is waited for by nobody', () => {
    const { book, touched } = cellGone(committed(twoCells, 1, 'web'), 'cell-1');
    expect([...change(book, 1).cells.keys()]).toEqual(['cell-2']);
    expect(touched.map(({ seq }) => seq)).toEqual([1]);
    expect([...concernOfApps(book, ['web']).keys()]).toEqual(['cell-2']);
  });
});
