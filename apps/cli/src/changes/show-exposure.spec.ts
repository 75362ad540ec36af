import { page } from '../testing/samples';
import { exposureText } from './show-exposure';

const removal = { seq: 12, what: 'policies' as const, removed: 1, committedAt: '2026-11-22T10:00:00.120000Z' };
const closed = {
  ...{ cell: 'cell-1', state: 'enforced' as const, enforcedAt: '2026-11-22T10:00:00.131000Z' },
  ...{ latencyMs: 11, unknownSince: null },
};
const silent = {
  ...{ cell: 'cell-9', state: 'unknown' as const, enforcedAt: null, latencyMs: null },
  unknownSince: '2026-11-22T09:58:00.000000Z',
};

it('tells when the last cell stopped allowing what was removed', () =>
  expect(exposureText({ ...removal, closedAt: closed.enforcedAt, windowMs: 11, cells: [closed] }, page)).toBe(
    [
      'change 12 removed 1 policy at 2026-11-22 10:00:00.120 +00:00; the last cell stopped allowing it 11 ms later, at 2026-11-22 10:00:00.131 +00:00',
      'CELL    STOPPED ALLOWING                AFTER',
      'cell-1  2026-11-22 10:00:00.131 +00:00  11 ms',
    ].join('\n'),
  ));

it('tells which cells may still allow it, and since when nobody knows of them', () =>
  expect(exposureText({ ...removal, closedAt: null, windowMs: null, cells: [closed, silent] }, page)).toBe(
    [
      'change 12 removed 1 policy at 2026-11-22 10:00:00.120 +00:00; 1 cell of 2 may still allow it',
      'CELL    STOPPED ALLOWING                              AFTER',
      'cell-1  2026-11-22 10:00:00.131 +00:00                11 ms',
      'cell-9  unknown since 2026-11-22 09:58:00.000 +00:00      -',
    ].join('\n'),
  ));

it('tells of groups that they were changed or removed', () => {
  const groups = { ...removal, what: 'security-groups' as const, removed: 2 };
  expect(exposureText({ ...groups, closedAt: closed.enforcedAt, windowMs: 11, cells: [closed] }, page)).toMatch(
    /^change 12 changed or removed 2 security groups at .*; the last cell stopped allowing it 11 ms later/,
  );
});

it('has nothing to tell of a change that removed nothing, or concerned no cell', () => {
  const answer = { ...removal, closedAt: removal.committedAt, windowMs: 0, cells: [] };
  expect(exposureText({ ...answer, removed: 0 }, page)).toBe('change 12 removed nothing, so nothing was exposed');
  expect(exposureText(answer, page)).toContain('; no cell had to stop allowing anything');
});
