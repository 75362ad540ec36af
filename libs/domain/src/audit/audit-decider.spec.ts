import { specificationOf } from '@heddle/testing';
import { auditDecider, unacknowledged } from './audit-decider';
import type { LogBreak } from './events';

const { given } = specificationOf(auditDecider);
const unchained: LogBreak = { kind: 'unchained', seq: 3, contradicts: 'aa' };
const elsewhere: LogBreak = { kind: 'unchained', seq: 4, contradicts: 'aa' };
const signed: LogBreak = { kind: 'checkpoint', seq: 3, contradicts: 'bb' };
const acknowledge = (...breaks: LogBreak[]) => ({ type: 'acknowledge-breaks', breaks }) as const;
const acknowledged = (...breaks: LogBreak[]) => ({ type: 'breaks-acknowledged', breaks }) as const;

it('acknowledges what nobody has acknowledged', () =>
  given([acknowledged(unchained)])
    .when(acknowledge(unchained, elsewhere, signed))
    .then(acknowledged(elsewhere, signed)));

it.each([[[]], [[unchained]]])('has nothing to acknowledge twice: %j', (breaks) =>
  given([acknowledged(unchained)])
    .when(acknowledge(...breaks))
    .thenRefused('nothing-to-acknowledge'),
);

it.each([
  ['another kind', { ...unchained, kind: 'checkpoint' as const }],
  ['another place', elsewhere],
  ['something else contradicted', { ...unchained, contradicts: 'ab' }],
])('takes %s for news', (_, news) => {
  const book = auditDecider.evolve(auditDecider.initialState, acknowledged(unchained));
  expect(unacknowledged(book, [unchained, news])).toEqual([news]);
});
