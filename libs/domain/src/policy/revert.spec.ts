import { specificationOf } from '@heddle/testing';
import type { PoliciesChanged } from './events';
import type { Policy } from './policy';
import { policyDecider } from './policy-decider';
import { revertItems, type RevertItem, type Standing, type StandingSpan } from './revert';

const { given } = specificationOf(policyDecider());

const webToDb: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 };
const webToApi: Policy = { ...webToDb, destination: 'api' };
const [NINE, TEN, NOON] = [32_400_000, 36_000_000, 43_200_000];
const span = (fromSeq: number, untilSeq: number | null, expiresAtMs?: number): StandingSpan => ({
  ...{ policy: webToDb, fromSeq, untilSeq },
  ...(expiresAtMs !== undefined && { expiresAtMs }),
});
const itemOf = (spans: readonly StandingSpan[], ...undone: number[]) => revertItems(new Set(undone), spans, TEN)[0];

describe('undoing a change means for a policy that', () => {
  it.each<[string, StandingSpan[], number[], Partial<RevertItem>]>([
    ['it added: to go', [span(3, null)], [3], { was: 'absent', is: null, outcome: 'undo', later: [] }],
    ['it removed: to come back', [span(1, 3)], [3], { was: null, is: 'absent', outcome: 'undo' }],
    ['it removed with an end to come: to get that', [span(1, 3, NOON)], [3], { was: NOON, outcome: 'undo' }],
    ['it removed and that is over now: to stay closed', [span(1, 3, NINE)], [3], { was: NINE, outcome: 'over' }],
    ['it gave another end: to get the old one', [span(1, 3), span(3, null, NOON)], [3], { was: null, is: NOON }],
    ['somebody removed since: nothing', [span(3, 5)], [3], { outcome: 'as-it-was', later: [5] }],
    [
      'somebody added again: not to be touched',
      [span(1, 3), span(5, 6), span(7, null, NOON)],
      [3],
      {
        ...{ was: null, is: NOON, outcome: 'conflict', later: [5, 6, 7] },
      },
    ],
    [
      'came and went by changes that are all undone: nothing',
      [span(3, 5)],
      [3, 5],
      { outcome: 'as-it-was', later: [] },
    ],
    ['two of them moved: as before the first', [span(1, 3), span(3, 5, NOON)], [3, 5], { was: null, outcome: 'undo' }],
  ])('%s', (_, spans, undone, expected) => expect(itemOf(spans, ...undone)).toMatchObject(expected));

  it('it did not touch: nothing', () => expect(itemOf([span(1, null)], 3)).toBeUndefined());
});

describe('restoring policies', () => {
  const nothing = {
    ...{ type: 'policies-changed', added: [], removed: [], tagsAllocated: [], tagsReleased: [] },
  } satisfies PoliciesChanged;
  const stands: PoliciesChanged = {
    ...{ ...nothing, added: [webToDb] },
    tagsAllocated: [
      { app: 'web', tag: 1 },
      { app: 'db', tag: 2 },
    ],
  };
  const step = (policy: Policy, from: Standing, to: Standing) => ({ policy, from, to });
  const restore = (...steps: ReturnType<typeof step>[]) => ({ type: 'restore-policies', steps, undone: [8] }) as const;
  const cause = { what: 'reverted', changes: [8] } as const;

  it('adds, removes and moves ends in one event that names what it undoes', () =>
    given([stands])
      .when(restore(step(webToDb, null, 'absent'), step(webToApi, 'absent', TEN)))
      .then({
        ...{ ...nothing, added: [webToApi], removed: [webToDb], cause },
        tagsAllocated: [{ app: 'api', tag: 3 }],
        tagsReleased: [{ app: 'db', tag: 2 }],
        terms: [{ policy: webToApi, expiresAtMs: TEN }],
      }));

  it('gives an end back, or takes it', () =>
    given([{ ...stands, terms: [{ policy: webToDb, expiresAtMs: TEN }] }])
      .when(restore(step(webToDb, TEN, null)))
      .then({ ...nothing, terms: [{ policy: webToDb, expiresAtMs: null }], cause }));

  it.each<[string, Standing]>([
    ['is there', 'absent'],
    ['has another end', TEN],
  ])('is refused as a whole when a policy %s', (_, from) =>
    given([stands])
      .when(restore(step(webToApi, 'absent', null), step(webToDb, from, NOON)))
      .thenRefused('policy-moved'),
  );

  it('of nothing is nothing', () => given([stands]).when(restore()).thenNothing());

  it('counts against the quota of who wants it', () =>
    given([stands])
      .when({ ...restore(step(webToApi, 'absent', null)), maxPerSource: 1 })
      .thenRefused('quota-exceeded'));
});
