import { silentRules, unsownRules } from './planted.mjs';

const planted = { check: 'rooms', rule: 'no-cycles', file: 'libs/a/src/circle.ts', text: '' };
const seen = { check: 'rooms', rule: 'no-cycles', file: 'libs/a/src/circle.ts' };

describe('a planted violation', () => {
  it('that is seen says nothing', () => expect(silentRules([planted], [seen])).toEqual([]));

  it.each([
    ['nobody', []],
    ['another check', [{ ...seen, check: 'eslint' }]],
    ['another rule', [{ ...seen, rule: 'resolvable' }]],
    ['the same rule in another file', [{ ...seen, file: 'libs/a/src/line.ts' }]],
  ])('that is seen by %s is an objection', (_by, findings) =>
    expect(silentRules([planted], findings)).toMatchObject([{ rule: 'no-cycles', file: 'libs/a/src/circle.ts' }]),
  );
});

it('objects to a rule for which nothing is planted', () =>
  expect(unsownRules(['no-cycles', 'apps-apart'], [planted])).toMatchObject([{ rule: 'apps-apart' }]));
