import { Departures } from './departures';

const DAY_MS = 24 * 3600e3;
const NOW = 1_000 * DAY_MS;
const report = (cell: string, atMs: number) => ({ cell, position: 7, atMs, holds: { containers: [] } });

it('puts behind a report that its cell has left since, by the first time it did', () => {
  const departures = new Departures(() => NOW);
  departures.left('cell-1', NOW - 9_000);
  departures.left('cell-1', NOW - 5_000);
  const told = report('cell-1', NOW - 8_000);
  expect(departures.behind(told)).toEqual([told, { cell: 'cell-1', position: 7, atMs: NOW - 5_000, holds: null }]);
  expect(departures.hasLeftSince('cell-1', NOW - 8_000)).toBe(true);
  for (const other of [report('cell-1', NOW - 4_000), report('cell-2', NOW - 8_000)]) {
    expect(departures.behind(other)).toEqual([other]);
    expect(departures.hasLeftSince(other.cell, other.atMs)).toBe(false);
  }
});

it('forgets what is older than any report that is kept', () => {
  const departures = new Departures(() => NOW);
  departures.left('cell-1', NOW - 32 * DAY_MS);
  const told = report('cell-1', NOW - 33 * DAY_MS);
  expect(departures.behind(told)).toEqual([told]);
});
