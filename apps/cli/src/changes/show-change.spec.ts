import { changeOn, page } from '../testing/samples';
import { changeText } from './show-change';

it('tells everything about a change', () => {
  const actor = { name: 'ana', userId: 'u-1', clientId: 'cf' };
  expect(
    changeText(
      { ...changeOn(12, { 'cell-1': 1.94, 'cell-2': 'waiting' }), actor, reason: 'tea', address: '10.0.0.7' },
      page,
    ),
  ).toBe(
    [
      'change   12',
      'type     policies-changed.v1',
      'time     2026-11-22 09:41:07.123 +00:00',
      'by       ana (user u-1, client cf)',
      'reason   tea',
      'from     10.0.0.7',
      'request  request-12',
      'hash     hash-12',
      'follows  hash-11',
      'effect   + visitor → homeowner tcp 8080',
      '',
      'change 12 is enforced by 1 of 2 cells',
      'CELL    STATE     SINCE                            AFTER',
      'cell-1  enforced  2026-11-22 09:41:07.130 +00:00  1.9 ms',
      'cell-2  waiting   -                                    -',
    ].join('\n'),
  );
});
