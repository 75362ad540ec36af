import type { Fact } from './facts';
import { fold } from './fold';
import { blankPicture, type Picture } from './picture';
import { allow, cell, change, pageDown, receipt } from './samples';

const opened: Fact = { type: 'stream-opened', resumed: false };
const web_to_db = allow('web', 'db');

function after(...facts: Fact[]): Picture {
  return facts.reduce(fold, blankPicture);
}

function allowed(picture: Picture): string[] | null {
  return picture.allowances.state && [...picture.allowances.state.values()].map((p) => `${p.source}→${p.destination}`);
}

describe('the policies of the picture', () => {
  const asked: Fact = { type: 'policies-asked' };
  const listed = (...policies: (typeof web_to_db)[]): Fact => ({ type: 'policies-listed', policies });
  const changed = (...args: Parameters<typeof change>): Fact => ({ type: 'changed', change: change(...args) });

  it('are those of the list, and follow the stream', () => {
    const picture = after(opened, asked, listed(web_to_db), changed(1, [allow('api', 'db')], [web_to_db]));
    expect(allowed(picture)).toEqual(['api→db']);
  });

  it('keep what came between question and answer when the answer is older', () => {
    expect(allowed(after(opened, asked, changed(1, [web_to_db]), listed()))).toEqual(['web→db']);
    expect(allowed(after(opened, asked, changed(1, [], [web_to_db]), listed(web_to_db)))).toEqual([]);
  });

  it('come out right whatever moment the answer tells of', () => {
    const changes = [change(1, [web_to_db]), change(2, [], [web_to_db]), change(3, [web_to_db, allow('api', 'db')])];
    const truths = [[], [web_to_db], [], [web_to_db, allow('api', 'db')]];
    for (let moment = 0; moment <= changes.length; moment++)
      for (let arrival = 0; arrival <= changes.length; arrival++) {
        const facts = changes.map((c): Fact => ({ type: 'changed', change: c }));
        facts.splice(arrival, 0, listed(...(truths[moment] ?? [])));
        expect(allowed(after(opened, asked, ...facts))?.sort()).toEqual(['api→db', 'web→db']);
      }
  });

  it('are not undone by a change that the stream repeats', () => {
    const picture = after(
      opened,
      asked,
      listed(),
      changed(1, [web_to_db]),
      changed(2, [], [web_to_db]),
      changed(1, [web_to_db]),
    );
    expect(allowed(picture)).toEqual([]);
  });

  it('are unknown until listed', () => {
    expect(allowed(after(opened, changed(1, [web_to_db])))).toBeNull();
  });
});

describe('the cells of the picture', () => {
  const asked: Fact = { type: 'cells-asked' };
  const listed = (...cells: ReturnType<typeof cell>[]): Fact => ({ type: 'cells-listed', cells });
  const receiptCame = (name: string, seq: number): Fact => ({ type: 'receipt-came', receipt: receipt(name, seq) });

  it('stand in the order of their numbers', () => {
    const picture = after(opened, asked, listed(cell('cell-10'), cell('cell-2')));
    expect([...(picture.cells.state?.keys() ?? [])]).toEqual(['cell-2', 'cell-10']);
  });

  it('catch up by receipts, and never fall behind by an older list', () => {
    const behind = cell('cell-1', 3, { waitingFor: [4, 5], lagMs: 900, state: 'silent' });
    const caughtUp = after(opened, asked, receiptCame('cell-1', 5), listed(behind)).cells.state?.get('cell-1');
    expect(caughtUp).toMatchObject({ state: 'live', enforcedUpTo: 5, waitingFor: [], lagMs: 0 });
    const repeated = after(opened, asked, listed(), receiptCame('cell-1', 5), receiptCame('cell-1', 4));
    expect(repeated.cells.state?.get('cell-1')?.enforcedUpTo).toBe(5);
    const half = after(opened, asked, listed(behind), receiptCame('cell-1', 4)).cells.state?.get('cell-1');
    expect(half).toMatchObject({ enforcedUpTo: 4, waitingFor: [5], lagMs: 900 });
  });

  it('show the containers of the newest placement', () => {
    const container = { handle: 'h', app: 'web', index: 0, address: '10.255.1.2', space: null, org: null };
    const placed: Fact = { type: 'placed', placement: { cell: 'cell-1', containers: [container] } };
    expect(after(opened, asked, placed, listed(cell('cell-1'))).cells.state?.get('cell-1')?.containers).toEqual([
      container,
    ]);
  });

  it('include one that is heard for the first time', () => {
    const picture = after(opened, asked, listed(cell('cell-1')), receiptCame('cell-2', 1));
    expect([...(picture.cells.state?.keys() ?? [])]).toEqual(['cell-1', 'cell-2']);
  });
});

describe('the connection of the picture', () => {
  const lost = (at: number): Fact => ({ type: 'stream-lost', at, why: 'gone' });

  it('is lost since the first loss, however many tries fail', () => {
    expect(after(opened, lost(1000), lost(2000)).connection).toMatchObject({ state: 'reconnecting', since: 1000 });
    expect(after(opened, lost(1000), { type: 'stream-opened', resumed: true }, lost(3000)).connection).toMatchObject({
      since: 3000,
    });
  });

  it('asks for the lists after a start anew or a doubt, but not when it goes on from where it was', () => {
    expect(after(opened).round).toBe(1);
    expect(after(opened, lost(1), { type: 'stream-opened', resumed: true }).round).toBe(1);
    expect(after(opened, lost(1), opened).round).toBe(2);
    expect(after(opened, { type: 'lists-doubted' }).round).toBe(2);
    expect(after({ type: 'lists-doubted' }).round).toBe(0);
  });

  it('takes changes again after a start anew on another log', () => {
    const picture = after(
      opened,
      { type: 'changed', change: change(9, [web_to_db]) },
      opened,
      { type: 'policies-asked' },
      { type: 'policies-listed', policies: [] },
      { type: 'changed', change: change(3, [web_to_db]) },
    );
    expect(allowed(picture)).toEqual(['web→db']);
  });

  it('leaves no hole in the list of changes that nobody sees', () => {
    const listed: Fact = { type: 'changes-listed', app: '', before: null, page: pageDown(3, 1, true) };
    const again: Fact = { type: 'changes-listed', app: '', before: null, page: pageDown(9, 8) };
    expect(after(opened, listed, lost(1), opened, again).ledger.reach.get('')?.bottom).toBe(8);
  });
});
