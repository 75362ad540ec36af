import { changeOn, page } from '../testing/samples';
import { enforcementText, missingCells } from './enforcement-text';

it('names the slowest cell of a change that is in force', () =>
  expect(enforcementText(changeOn(12, { 'cell-1': 1.94, 'cell-2': 4.1 }), page)).toBe(
    [
      'change 12 is in force on 2 cells, on the slowest (cell-2) 4.1 ms after its commit',
      'CELL    STATE     SINCE                            AFTER',
      'cell-1  enforced  2026-11-22 09:41:07.130 +00:00  1.9 ms',
      'cell-2  enforced  2026-11-22 09:41:07.130 +00:00  4.1 ms',
    ].join('\n'),
  ));

it('says how many flows ended with it', () => {
  const change = changeOn(12, { 'cell-1': 4.1 });
  const cut = { ...change, enforcement: { ...change.enforcement, flowsCut: 3 } };
  expect(enforcementText(cut, page)).toContain('4.1 ms after its commit; it cut 3 flows\n');
});

it('says of cells without a receipt why they have none', () =>
  expect(enforcementText(changeOn(12, { 'cell-1': 'waiting', 'cell-2': 'unknown' }), page)).toBe(
    [
      'change 12 is enforced by 0 of 2 cells',
      'CELL    STATE           SINCE  AFTER',
      'cell-1  waiting         -          -',
      'cell-2  not heard from  -          -',
    ].join('\n'),
  ));

it('needs no table for a change that concerns no cell', () =>
  expect(enforcementText(changeOn(12, {}), page)).toBe('change 12 is in force: it concerns no cell'));

it('says who is missing', () => {
  expect(missingCells(changeOn(12, { 'cell-1': 1, 'cell-2': 'waiting' }), 30)).toBe(
    'change 12 is not in force after 30 s: missing is cell-2 (waiting); see: heddle cells',
  );
  expect(missingCells(changeOn(12, { 'cell-1': 'unknown', 'cell-2': 'waiting' }), 0)).toBe(
    'change 12 is not in force after 0 s: missing are cell-1 (not heard from) and cell-2 (waiting); see: heddle cells',
  );
});
