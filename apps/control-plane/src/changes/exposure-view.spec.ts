import { emptyEnforcementBook, receiptGiven } from '@heddle/domain';
import { loggedEvent } from '@heddle/testing';
import { CellLiveness } from '../core/cell-liveness';
import { exposureView } from './exposure-view';

const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 1, end: 1 };
const removal = loggedEvent(12, { type: 'policies-changed.v1', data: { added: [], removed: [policy] } });
const committedAtMs = Date.parse('2026-11-22T10:00:00.120Z');
const heardAtMs = Date.parse('2026-11-22T09:58:00Z');

/** Cell-9 gave its last receipt at 09:58; nobody has heard of it since this process began. */
const { book } = receiptGiven(emptyEnforcementBook, {
  ...{ cell: 'cell-9', enforcedUpTo: 1, changes: [], documents: [], enforcedAtMs: heardAtMs },
});

it('tells when the last cell stopped allowing it, and since when nobody knows of the others', () => {
  const liveness = new CellLiveness();
  const cells = new Map([
    ['cell-1', committedAtMs + 11],
    ['cell-9', null],
  ]);
  const enforcement = { seq: 12, committedAtMs, cells };
  const open = exposureView(removal, { enforcement, book, liveness });
  expect(open).toEqual({
    ...{
      seq: 12,
      what: 'policies',
      removed: 1,
      committedAt: '2026-11-22T10:00:00.120000Z',
      closedAt: null,
      windowMs: null,
    },
    cells: [
      {
        cell: 'cell-1',
        state: 'enforced',
        enforcedAt: '2026-11-22T10:00:00.131000Z',
        latencyMs: 11,
        unknownSince: null,
      },
      {
        cell: 'cell-9',
        state: 'unknown',
        enforcedAt: null,
        latencyMs: null,
        unknownSince: '2026-11-22T09:58:00.000000Z',
      },
    ],
  });
  liveness.heard('cell-9');
  expect(exposureView(removal, { enforcement, book, liveness }).cells[1]).toMatchObject({
    ...{ state: 'waiting', unknownSince: null },
  });
  const closed = { ...enforcement, cells: new Map(cells).set('cell-9', committedAtMs + 14) };
  expect(exposureView(removal, { enforcement: closed, book, liveness })).toMatchObject({
    ...{ closedAt: '2026-11-22T10:00:00.134000Z', windowMs: 14 },
  });
});

it('counts groups that were changed with those that are gone, for both may allow less', () => {
  const data = { added: [{}], changed: [{}, {}], removed: ['g-1'] };
  const change = { ...removal, topic: 'group' as const, type: 'groups-changed.v1', data };
  const enforcement = { seq: 12, committedAtMs, cells: new Map([['cell-1', committedAtMs + 11]]) };
  expect(exposureView(change, { enforcement, book, liveness: new CellLiveness() })).toMatchObject({
    ...{ what: 'security-groups', removed: 3, windowMs: 11 },
  });
});
