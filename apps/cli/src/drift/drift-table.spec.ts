import { page } from '../testing/samples';
import { driftTable } from './drift-table';

const found = { foundAt: '2026-11-22T09:41:07.123456Z', elementsMissing: 0, elementsForeign: 0, rulesChanged: false };

it('says when and where, and what was changed', () =>
  expect(
    driftTable(
      {
        drift: [
          { ...found, cell: 'cell-2', rulesChanged: true },
          { ...found, cell: 'cell-1', elementsMissing: 2, elementsForeign: 1 },
        ],
      },
      page,
    ),
  ).toBe(
    [
      'FOUND                       CELL    SOMEBODY ELSE HAD',
      '2026-11-22 09:41:07 +00:00  cell-2  changed the rules themselves',
      '2026-11-22 09:41:07 +00:00  cell-1  removed 2, added 1',
    ].join('\n'),
  ));

it('says when there was none', () =>
  expect(driftTable({ drift: [] }, page)).toBe('nobody else has changed the rules of a cell'));
