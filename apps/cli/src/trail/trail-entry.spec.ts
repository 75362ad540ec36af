import { change, page, visitorToHomeowner } from '../testing/samples';
import { trailEntry } from './trail-entry';

it('shows a change as the list of changes does, and what was refused with a sign for its number', () => {
  expect(trailEntry({ kind: 'change', ...change(7, { reason: 'tea' }) }, page)).toBe(
    [
      '    7  2026-11-22 09:41:07 +00:00  admin  + visitor → homeowner tcp 8080',
      '                                          “tea”',
    ].join('\n'),
  );
  const asked = { method: 'POST', path: '/p', command: 'add-policies', policies: 1, named: [visitorToHomeowner] };
  const time = '2026-11-22T09:41:07.123456Z';
  const refused = { seq: 3, time, actor: { name: 'bob' }, correlationId: 'r', asked };
  expect(
    trailEntry({ kind: 'refused', ...refused, status: 403, code: 'quota-exceeded', message: 'over the quota' }, page),
  ).toBe(
    [
      '    ✗  2026-11-22 09:41:07 +00:00  bob  POST /p',
      '                                        + visitor → homeowner tcp 8080',
      '                                        over the quota',
    ].join('\n'),
  );
});
