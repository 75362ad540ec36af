import { concernOfSpaces } from './concern';
import { spaceKey, type DocumentKey } from './document-key';
import { cellGone, changeCommitted, changeRecalled, containersReported, receiptGiven } from './enforcement';
import {
  cellFacts,
  emptyEnforcementBook,
  isInForce,
  withChangeKept,
  type ChangeEnforcement,
  type EnforcementBook,
} from './enforcement-book';
import type { Step } from './enforcement-step';

/** What happened so far, and what follows from it. */
class Told {
  constructor(readonly book: EnforcementBook = emptyEnforcementBook) {}

  /** The cell says what it holds, a container for each space; by an agent that names spaces, if not told otherwise. */
  holds(cell: string, spaces: (string | null)[], { namesSpaces = true } = {}): Told {
    const containers = spaces.map((space, index) => ({
      ...{ handle: `${cell}-${index}`, app: 'web', index, address: `10.255.1.${index}`, space, org: null },
    }));
    return this.after(containersReported(this.book, cell, containers, namesSpaces));
  }
  /** Groups of these spaces changed; of all spaces for `null`. */
  changed(seq: number, ...spaces: (string | null)[]): Told {
    const concern = concernOfSpaces(this.book, spaces);
    return this.after(changeCommitted(this.book, { seq, committedAtMs: 1000 + seq, concern }));
  }
  says(cell: string, atMs: number, revs: [space: string | null, rev: number][], changes: number[] = []): Told {
    const documents = revs.map(([space, rev]) => ({ key: spaceKey(space), rev }));
    return this.after(receiptGiven(this.book, { cell, enforcedUpTo: 1, changes, documents, enforcedAtMs: atMs }));
  }
  after({ book }: Step): Told {
    return new Told(book);
  }
  change(seq: number): ChangeEnforcement {
    return this.book.changes.get(String(seq)) as ChangeEnforcement;
  }
  on(seq: number): Record<string, number | null> {
    return Object.fromEntries(this.change(seq).cells);
  }
  waits(cell: string): Record<number, DocumentKey[]> {
    const { waitingFor } = cellFacts(this.book, cell);
    return Object.fromEntries([...waitingFor].map(([seq, keys]) => [seq, [...keys].sort()]));
  }
}

/** `one` holds containers of a and b, `two` of a and of a space that nobody told, `three` none. */
const cells = new Told().holds('one', ['a', 'b']).holds('two', ['a', null]).holds('three', []);

describe('a change of security groups', () => {
  it.each<[string, (string | null)[], string[]]>([
    ['of a space concerns the cells with containers of it', ['b'], ['one']],
    ['of some spaces concerns the cells with containers of any', ['a', 'b', 'z'], ['one', 'two']],
    ['of all spaces concerns every cell with containers, whatever their space', [null], ['one', 'two']],
    ['of a space that no cell holds concerns none', ['z'], []],
  ])('%s', (_, spaces, concerned) => {
    const told = cells.changed(1, ...spaces);
    expect(Object.keys(told.on(1)).sort()).toEqual(concerned);
    expect(isInForce(told.change(1))).toBe(concerned.length === 0);
  });

  it('is in force on a cell once all of its documents are that concern the cell', () => {
    const half = cells.changed(7, 'a', 'b', null).says('one', 2001, [
      ['a', 7],
      [null, 8],
    ]);
    expect(half.on(7)).toEqual({ one: null, two: null });
    expect(half.waits('one')).toEqual({ 7: ['space:b'] });
    const one = half.says('one', 2002, [['b', 6]]).says('one', 2003, [['b', 7]]);
    expect(one.on(7)).toEqual({ one: 2003, two: null });
    const both = one.says('two', 2004, [
      ['a', 7],
      [null, 7],
    ]);
    expect(both.on(7)).toEqual({ one: 2003, two: 2004 });
    expect(isInForce(both.change(7))).toBe(true);
  });

  it('is no affair of a space called like the document of all', () => {
    const told = new Told()
      .holds('one', ['spaces'])
      .changed(3, null)
      .says('one', 2001, [['spaces', 3]]);
    expect(told.on(3)).toEqual({ one: null });
  });

  it('is in force at once where the cell said so before this fold heard of it', () =>
    expect(
      cells
        .says('one', 2001, [['b', 9]])
        .changed(9, 'b')
        .on(9),
    ).toEqual({ one: 2001 }));

  it('concerns a cell that names it, and is not changed by one that comes later', () => {
    const told = cells
      .changed(4, 'c')
      .says('three', 2001, [['c', 4]], [4])
      .holds('four', ['c']);
    expect(told.on(4)).toEqual({ three: 2001 });
  });
});

describe('a cell', () => {
  it('whose receipts never name spaces is not waited for, and from the moment they do it is', () => {
    const older = new Told().holds('one', ['a'], { namesSpaces: false }).changed(1, 'a', null);
    expect([older.on(1), isInForce(older.change(1))]).toEqual([{}, true]);
    const newer = older.holds('one', ['a']).changed(2, 'a');
    expect([newer.on(1), newer.on(2)]).toEqual([{}, { one: null }]);
  });

  it('that goes back to such an agent is waited for no more', () => {
    const told = cells.changed(1, 'a').holds('one', ['a'], { namesSpaces: false });
    expect(told.on(1)).toEqual({ two: null });
    expect(told.waits('one')).toEqual({});
  });

  it('has no business with a space that left it, nor without containers with that of all', () => {
    const told = cells.changed(1, 'a', 'b').changed(2, null).changed(3, 'b').holds('one', ['a']);
    expect([told.on(1), told.on(2), told.on(3)]).toEqual([{ one: null, two: null }, { one: null, two: null }, {}]);
    expect(told.waits('one')).toEqual({ 1: ['space:a'], 2: ['spaces'] });
    const empty = told.holds('one', []);
    expect([empty.on(1), empty.on(2)]).toEqual([{ two: null }, { two: null }]);
  });

  it('that held nothing for a while has still said how new its document of all spaces is', () => {
    const told = cells
      .says('one', 2001, [[null, 5]])
      .holds('one', [])
      .holds('one', ['b'])
      .changed(5, null);
    expect(told.on(5)).toEqual({ one: 2001, two: null });
  });

  it('whose lease has ended is waited for by nobody', () => {
    const told = cells.changed(1, 'a');
    expect(told.after(cellGone(told.book, 'one')).on(1)).toEqual({ two: null });
    expect(told.after(cellGone(told.book, 'one')).changed(2, null).on(2)).toEqual({ two: null });
  });
});

describe('a change of which it was kept only who has to enforce it', () => {
  const kept = {
    seq: 3,
    committedAtMs: 1003,
    cells: new Map([
      ['one', null],
      ['two', 2001],
      ['gone', null],
    ]),
  };
  const restored = new Told(withChangeKept(cells.book, kept));

  it('is waited for again by the documents that concern the cell, and by no cell that none concerns', () => {
    const told = restored.after(changeRecalled(restored.book, 3, concernOfSpaces(restored.book, ['b', null])));
    expect(told.on(3)).toEqual({ one: null, two: 2001 });
    expect([told.waits('one'), told.waits('two')]).toEqual([{ 3: ['space:b', 'spaces'] }, {}]);
    expect(
      told
        .says('one', 2002, [
          ['b', 3],
          [null, 3],
        ])
        .on(3),
    ).toEqual({ one: 2002, two: 2001 });
  });

  it('is nothing where it was forgotten', () =>
    expect(changeRecalled(cells.book, 3, new Map())).toEqual({ book: cells.book, touched: [] }));
});
