import { emptyLedger, MOST_CHANGES, newestOf, olderThan, shownChanges, withChange, withGap, withPage } from './ledger';
import { allow, change, pageDown } from './samples';

const shown = (...args: Parameters<typeof shownChanges>): number[] | undefined =>
  shownChanges(...args)?.map(({ seq }) => seq);

describe('the ledger', () => {
  it('shows nothing before its first page, and then page and stream as one list', () => {
    const streamed = withChange(emptyLedger, change(6));
    expect(shownChanges(streamed, '')).toBeNull();
    const listed = withChange(withPage(streamed, '', null, pageDown(6, 4)), change(7));
    expect(shown(listed, '')).toEqual([7, 6, 5, 4]);
    expect(newestOf(listed)).toBe(7);
  });

  it('goes on page by page to the first change', () => {
    const first = withPage(emptyLedger, '', null, pageDown(6, 4));
    expect(olderThan(first, '')).toBe(4);
    const all = withPage(first, '', 4, pageDown(3, 1, true));
    expect(shown(all, '')).toEqual([6, 5, 4, 3, 2, 1]);
    expect(olderThan(all, '')).toBeNull();
  });

  it('does not show old changes that came by a filter as if there were nothing between', () => {
    const all = withPage(emptyLedger, '', null, pageDown(9, 8));
    const filtered = withPage(all, 'web', null, { changes: [change(2, [allow('web', 'db')])], next: null });
    expect(shown(filtered, 'web')).toEqual([9, 8, 2]);
    expect(shown(filtered, '')).toEqual([9, 8]);
  });

  it('shows of one app what concerns it, as source or destination, allowed or forbidden', () => {
    const page = {
      changes: [change(3, [], [allow('x', 'web')]), change(2, [allow('web', 'y')]), change(1, [allow('x', 'y')])],
      next: null,
    };
    expect(shown(withPage(emptyLedger, 'web', null, page), 'web')).toEqual([3, 2]);
  });

  it('hides what lies below a hole until it is loaded again', () => {
    const before = withPage(emptyLedger, '', null, pageDown(5, 1, true));
    const holed = withPage(withGap(before), '', null, pageDown(20, 15));
    expect(shown(holed, '')).toEqual([20, 19, 18, 17, 16, 15]);
    expect(olderThan(holed, '')).toBe(15);
  });

  it('keeps everything when the first page reaches down to what it knew', () => {
    const before = withPage(emptyLedger, '', null, pageDown(5, 1, true));
    expect(shown(withPage(withGap(before), '', null, pageDown(8, 6)), '')).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
  });

  it('remembers an older hole of a filter that was not looked at since', () => {
    const filtered = withPage(emptyLedger, 'web', null, pageDown(5, 1, true));
    const twice = withGap(withPage(withGap(filtered), '', null, pageDown(20, 15)));
    expect(shown(withPage(twice, 'web', null, pageDown(25, 18)), 'web')).toEqual([25, 24, 23, 22, 21, 20, 19, 18]);
  });

  it('forgets the oldest beyond its bound, and says that there are older ones', () => {
    let ledger = withPage(emptyLedger, '', null, pageDown(MOST_CHANGES, 1, true));
    ledger = withChange(ledger, change(MOST_CHANGES + 1));
    expect(ledger.changes.size).toBe(MOST_CHANGES);
    expect(shown(ledger, '')?.at(-1)).toBe(2);
    expect(ledger.reach.get('')?.bottom).toBe(2);
  });
});
