import { specificationOf } from '@heddle/testing';
import type { PoliciesChanged } from './events';
import type { Policy } from './policy';
import { policyDecider } from './policy-decider';

const { given } = specificationOf(policyDecider());

const webToDb: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 };
const apiToDb: Policy = { ...webToDb, source: 'api' };
const [TEN, ELEVEN] = [36_000_000, 39_600_000];

const add = (expiresAtMs: number | undefined, ...policies: Policy[]) =>
  ({ type: 'add-policies', policies, ...(expiresAtMs !== undefined && { expiresAtMs }) }) as const;
const limit = (expiresAtMs: number, ...policies: Policy[]) =>
  ({ type: 'limit-policies', policies, expiresAtMs }) as const;
const expire = (openedBy: number, expiresAtMs: number, ...policies: Policy[]) =>
  ({ type: 'expire-policies', openedBy, due: policies.map((policy) => ({ policy, expiresAtMs })) }) as const;
const nothing = {
  type: 'policies-changed',
  added: [],
  removed: [],
  tagsAllocated: [],
  tagsReleased: [],
} satisfies PoliciesChanged;
const tags = [
  { app: 'web', tag: 1 },
  { app: 'db', tag: 2 },
];
const until = (expiresAtMs: number | null, ...policies: Policy[]) =>
  policies.map((policy) => ({ policy, expiresAtMs }));
const permanent: PoliciesChanged = { ...nothing, added: [webToDb], tagsAllocated: tags };
const untilTen: PoliciesChanged = { ...permanent, terms: until(TEN, webToDb) };

describe('adding policies for a while', () => {
  it('says until when each stands', () => given([]).when(add(TEN, webToDb)).then(untilTen));

  it('lets one that closes earlier stand longer', () =>
    given([untilTen])
      .when(add(ELEVEN, webToDb))
      .then({ ...nothing, terms: until(ELEVEN, webToDb) }));

  it('takes no time from one that closes later, and confirms it', () =>
    given([{ ...untilTen, terms: until(ELEVEN, webToDb) }])
      .when(add(TEN, webToDb))
      .then({ type: 'policies-confirmed', command: 'add-policies', policies: 1, unchanged: [webToDb] }));

  it('puts no end to one that has none', () =>
    given([permanent])
      .when(add(TEN, webToDb))
      .then({ type: 'policies-confirmed', command: 'add-policies', policies: 1, unchanged: [webToDb] }));

  it('tells what was new, what stands longer, and what is as it was', () =>
    given([untilTen, { ...nothing, added: [{ ...webToDb, end: 6000 }] }])
      .when(add(ELEVEN, webToDb, apiToDb, { ...webToDb, end: 6000 }))
      .then({
        ...nothing,
        added: [apiToDb],
        tagsAllocated: [{ app: 'api', tag: 3 }],
        asked: { policies: 3, unchanged: [{ ...webToDb, end: 6000 }] },
        terms: until(ELEVEN, apiToDb, webToDb),
      }));
});

describe('adding policies without an end', () => {
  it('takes the end from those that have one', () =>
    given([untilTen])
      .when(add(undefined, webToDb))
      .then({ ...nothing, terms: until(null, webToDb) }));

  it('says nothing of ends where there are none', () =>
    given([untilTen])
      .when(add(undefined, apiToDb))
      .then({ ...nothing, added: [apiToDb], tagsAllocated: [{ app: 'api', tag: 3 }] }));
});

describe('limiting policies', () => {
  it.each([
    ['one without an end', permanent],
    ['one that closes later', { ...untilTen, terms: until(ELEVEN, webToDb) }],
  ])('puts an end to %s', (_, standing) =>
    given([standing])
      .when(limit(TEN, webToDb))
      .then({ ...nothing, terms: until(TEN, webToDb) }),
  );

  it('leaves alone what closes earlier, or does not stand', () =>
    given([untilTen])
      .when(limit(ELEVEN, webToDb, apiToDb))
      .thenNothing());
});

describe('expiring policies', () => {
  const closed: PoliciesChanged = {
    ...nothing,
    removed: [webToDb],
    tagsReleased: tags,
    cause: { what: 'expired', changes: [8] },
  };

  it('removes them, and names the change that opened them', () =>
    given([untilTen])
      .when(expire(8, TEN, webToDb))
      .then(closed));

  it('is done once', () =>
    given([untilTen, closed])
      .when(expire(8, TEN, webToDb))
      .thenNothing());

  it.each([
    ['was given longer', [untilTen, { ...nothing, terms: until(ELEVEN, webToDb) }]],
    ['has no end any more', [untilTen, { ...nothing, terms: until(null, webToDb) }]],
    [
      'was removed, and added for good',
      [untilTen, { ...nothing, removed: [webToDb] }, { ...nothing, added: [webToDb] }],
    ],
  ])('leaves one that %s', (_, events) =>
    given(events)
      .when(expire(8, TEN, webToDb))
      .thenNothing(),
  );
});
