import type { RefusedAttempt } from '../api/schemas';
import { page, visitorToHomeowner } from '../testing/samples';
import { refusedTable } from './refused-table';

const PATH = '/networking/v1/external/policies';

function attempt(seq: number, members: Partial<RefusedAttempt> = {}): RefusedAttempt {
  return {
    ...{ seq, time: '2026-11-22T09:41:07.123456Z', actor: { name: 'ann' }, correlationId: 'r' },
    ...{ status: 403, code: 'quota-exceeded', message: 'policy quota exceeded' },
    asked: { method: 'POST', path: PATH, command: 'add-policies', policies: 1, named: [visitorToHomeowner] },
    ...members,
  };
}

it('says who tried what from where, and why it was refused', () =>
  expect(
    refusedTable(
      {
        refused: [
          attempt(9, { address: '203.0.113.9', reason: 'tea' }),
          attempt(8, { actor: { name: 'a\u{1b}b' }, asked: { method: 'GET', path: '/api/v1/cells' } }),
          attempt(7, { asked: { method: 'POST', path: PATH, command: 'remove-policies', policies: 300 } }),
        ],
        next: 7,
      },
      page,
    ),
  ).toBe(
    [
      'SEQ  TIME                        BY        FROM         REFUSED',
      '  9  2026-11-22 09:41:07 +00:00  ann       203.0.113.9  POST /networking/v1/external/policies',
      '                                                        + visitor → homeowner tcp 8080',
      '                                                        policy quota exceeded',
      '                                                        “tea”',
      '  8  2026-11-22 09:41:07 +00:00  a\\u{1b}b  -            GET /api/v1/cells',
      '                                                        policy quota exceeded',
      '  7  2026-11-22 09:41:07 +00:00  ann       -            POST /networking/v1/external/policies',
      '                                                        300 policies',
      '                                                        policy quota exceeded',
      'there may be older attempts: add --before 7',
    ].join('\n'),
  ));

it('shows the beginning of a batch', () => {
  const named = Array.from({ length: 9 }, (_, i) => ({ ...visitorToHomeowner, start: i + 1, end: i + 1 }));
  const asked = { method: 'POST', path: `${PATH}/delete`, command: 'remove-policies', policies: 9, named };
  const lines = refusedTable({ refused: [attempt(1, { asked })], next: null }, page).split('\n');
  expect(lines.slice(-3).map((line) => line.trim())).toEqual([
    '- visitor → homeowner tcp 5',
    'and 4 more',
    'policy quota exceeded',
  ]);
});

it('says when there are none, also when older ones were not looked at', () => {
  expect(refusedTable({ refused: [], next: null }, page)).toBe('no refused attempts');
  expect(refusedTable({ refused: [], next: 70_000 }, page)).toBe(
    'no refused attempts\nthere may be older attempts: add --before 70000',
  );
});
