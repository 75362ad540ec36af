import type { Report } from '@heddle/cell-protocol';
import { loggedEvent } from '@heddle/testing';
import { replayLine } from './replay-line';
import type { ReachChange } from './with-reach';

const SECOND = Date.parse('2026-11-22T09:00:00Z');
const change = (seq: number, atMs: number): ReachChange => ({
  change: loggedEvent(seq, { type: 'tag-reserved.v1', data: {}, time: new Date(SECOND + atMs).toISOString() }),
  reach: [],
});
const place = (position: number, atMs: number) => ({ position, storedAtMs: SECOND + atMs });
const holds = (position: number, atMs: number): Report => ({
  ...place(position, atMs),
  kind: 'containers',
  report: { cell: 'cell-1', containers: [] },
});
const receipt = (position: number, atMs: number, enforcedUpTo: number): Report => ({
  ...place(position, atMs),
  kind: 'receipt',
  receipt: { cell: 'cell-1', enforcedUpTo, changes: [], documents: [], enforcedAtMs: SECOND + atMs, flowsCut: 0 },
});

async function* each<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function lineOf(changes: readonly ReachChange[], reports: readonly Report[]): Promise<string[]> {
  const line: string[] = [];
  for await (const entry of replayLine(each(changes), each(reports)))
    line.push(entry.kind === 'change' ? `change ${entry.change.seq}` : `report ${entry.report.position}`);
  return line;
}

it('puts what cells said between the changes by its time', async () =>
  expect(
    await lineOf([change(1, 0), change(2, 20), change(3, 30)], [holds(1, -5), receipt(2, 10, 1), receipt(3, 40, 3)]),
  ).toEqual(['report 1', 'change 1', 'report 2', 'change 2', 'change 3', 'report 3']));

it('lets no report come before a change that it knows of, whatever the clocks say', async () =>
  expect(await lineOf([change(1, 0), change(2, 20)], [receipt(1, -50, 1), receipt(2, 10, 2)])).toEqual([
    'change 1',
    'report 1',
    'change 2',
    'report 2',
  ]));

it('keeps changes in the order of their sequence, whatever the clocks say', async () =>
  expect(await lineOf([change(1, 10), change(2, 0), change(3, 20)], [holds(1, 5)])).toEqual([
    'report 1',
    'change 1',
    'change 2',
    'change 3',
  ]));

it('goes on with the one where the other has ended, and is nothing of nothing', async () => {
  expect(await lineOf([], [holds(1, 0), holds(2, 1)])).toEqual(['report 1', 'report 2']);
  expect(await lineOf([change(1, 0), change(2, 1)], [])).toEqual(['change 1', 'change 2']);
  expect(await lineOf([], [])).toEqual([]);
});

it('stops reading both where nobody listens any more', async () => {
  const ended: string[] = [];
  async function* endless<Item>(name: string, item: Item): AsyncGenerator<Item> {
    try {
      for (;;) yield item;
    } finally {
      ended.push(name);
    }
  }
  const line = replayLine(endless('log', change(1, 0)), endless('reports', holds(1, 0)));
  await line.next();
  await line.return(undefined);
  expect(ended.sort()).toEqual(['log', 'reports']);
});
