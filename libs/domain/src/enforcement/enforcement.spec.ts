import { cellGone, changeCommitted, containersReported, hostsOf, receiptGiven } from './enforcement';
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
  changeCommitted(book, { seq, committedAtMs: 1000 + seq, cells: hostsOf(book, apps) }).book;
const receipt = (book: EnforcementBook, cell: string, enforcedUpTo: number, changes: number[] = []) =>
  receiptGiven(book, { cell, enforcedUpTo, changes, enforcedAtMs: 2000 + enforcedUpTo });
const change = (book: EnforcementBook, seq: number) => {
  const found = book.changes.get(String(seq));
  if (!found) throw new Error(`change ${seq} is not in the book`);
  return found;
};

const twoCells = placed(placed(emptyEnforcementBook, 'cell-1', 'web'), 'cell-2', 'web', 'db');

it('a change concerns the cells that hold containers of its apps', () => {
  expect([...change(committed(twoCells, 1, 'db'), 1).cells]).toEqual([['cell-2', null]]);
  expect([...change(committed(twoCells, 1, 'web', 'db'), 1).cells.keys()].sort()).toEqual(['cell-1', 'cell-2']);
});

it('a change that concerns no cell is in force', () =>
  expect(isInForce(change(committed(twoCells, 1, 'nobody'), 1))).toBe(true));

it('is in force once every cell concerned has said so', () => {
  const book = committed(twoCells, 1, 'web');
  const first = receipt(book, 'cell-1', 1).book;
  expect(isInForce(change(first, 1))).toBe(false);
  const both = receipt(first, 'cell-2', 1);
  expect(isInForce(change(both.book, 1))).toBe(true);
  expect(both.touched).toEqual([change(both.book, 1)]);
  expect(change(both.book, 1).cells.get('cell-2')).toBe(2001);
});

it('a receipt for a later change covers the earlier ones that concern the cell, and only those', () => {
  const book = receipt(committed(committed(committed(twoCells, 1, 'db'), 2, 'web'), 3, 'db'), 'cell-2', 3).book;
  expect(change(book, 1).cells).toEqual(new Map([['cell-2', 2003]]));
  expect(change(book, 2).cells).toEqual(
    new Map([
      ['cell-1', null],
      ['cell-2', 2003],
    ]),
  );
  expect(cellFacts(book, 'cell-1').waitingFor).toEqual([2]);
  expect(cellFacts(book, 'cell-2').waitingFor).toEqual([]);
});

it('keeps the first time a cell said it enforces a change', () => {
  const once = receipt(committed(twoCells, 1, 'db'), 'cell-2', 1).book;
  const again = receipt(once, 'cell-2', 9, [1]);
  expect(again.touched).toEqual([]);
  expect(change(again.book, 1).cells.get('cell-2')).toBe(2001);
});

it('a cell that names a change is concerned by it, though its container was not known when the change was made', () => {
  const book = receipt(committed(twoCells, 1, 'new'), 'cell-1', 1, [1]).book;
  expect(change(book, 1).cells).toEqual(new Map([['cell-1', 2001]]));
});

it('a cell that joins later does not change the past', () => {
  const book = placed(committed(twoCells, 1, 'db'), 'cell-3', 'db');
  expect([...change(book, 1).cells.keys()]).toEqual(['cell-2']);
  expect([...change(committed(book, 2, 'db'), 2).cells.keys()].sort()).toEqual(['cell-2', 'cell-3']);
});

it('an app that left a cell is no business of that cell any more', () =>
  expect([...hostsOf(placed(twoCells, 'cell-2', 'db'), ['web'])]).toEqual(['cell-1']));

it('nobody waits for a cell whose lease has ended', () => {
  const { book, touched } = cellGone(committed(twoCells, 1, 'web'), 'cell-1');
  expect([...change(book, 1).cells.keys()]).toEqual(['cell-2']);
  expect(touched.map(({ seq }) => seq)).toEqual([1]);
  expect([...hostsOf(book, ['web'])]).toEqual(['cell-2']);
});
