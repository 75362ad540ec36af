import { specificationOf } from '@heddle/testing';
import type { AddPolicies, RestorePolicies } from '../policy/commands';
import { NOTHING, type PoliciesChanged } from '../policy/events';
import type { Policy } from '../policy/policy';
import { policyDecider } from '../policy/policy-decider';
import { MOST_GUARDRAILS } from './decide-guardrail';
import type { GuardrailSet } from './events';
import type { Guardrail } from './guardrail';

const { given } = specificationOf(policyDecider());

const webToDb: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 };
const [TEN, ELEVEN] = [36_000_000, 39_600_000];
const onlyRouter: Guardrail = {
  ...{ name: 'only-router', mode: 'refuse' },
  ...{ from: { is: 'none-of', apps: ['router'], spaces: [] }, to: { is: 'one-of', apps: ['db'], spaces: [] } },
};
const noDev: Guardrail = { ...onlyRouter, name: 'no-dev', from: { is: 'one-of', apps: [], spaces: ['dev'] } };
const set = (guardrail: Guardrail): GuardrailSet => ({ type: 'guardrail-set', guardrail });
const warning = (guardrail: Guardrail): Guardrail => ({ ...guardrail, mode: 'warn' });
const add = (more: Partial<AddPolicies> = {}, ...policies: Policy[]): AddPolicies => ({
  ...{ type: 'add-policies', policies: policies.length > 0 ? policies : [webToDb] },
  ...more,
});
const tags = [
  { app: 'web', tag: 1 },
  { app: 'db', tag: 2 },
];
const added: PoliciesChanged = { ...NOTHING, added: [webToDb], tagsAllocated: tags };
const untilTen: PoliciesChanged = { ...added, terms: [{ policy: webToDb, expiresAtMs: TEN }] };
const spaces = (known: Record<string, string | null>) => ({ spaces: new Map(Object.entries(known)) });

describe('guardrails', () => {
  it('are set once', () => {
    given([]).when({ type: 'set-guardrail', guardrail: onlyRouter }).then(set(onlyRouter));
    given([set(onlyRouter)])
      .when({ type: 'set-guardrail', guardrail: { ...onlyRouter } })
      .thenNothing();
  });

  it.each<[string, Partial<Guardrail>]>([
    ['another mode', { mode: 'warn' }],
    ['another reason', { reason: 'PCI' }],
    ['other apps', { to: { is: 'one-of', apps: ['db', 'cache'], spaces: [] } }],
    ['a protocol', { protocol: 'tcp' }],
    ['ports', { ports: { start: 1, end: 2 } }],
  ])('are replaced with %s', (_, members) =>
    given([set(onlyRouter)])
      .when({ type: 'set-guardrail', guardrail: { ...onlyRouter, ...members } })
      .then(set({ ...onlyRouter, ...members })),
  );

  it('are set also where something is against them already', () =>
    given([added]).when({ type: 'set-guardrail', guardrail: onlyRouter }).then(set(onlyRouter)));

  it('are removed, and the fact says what stood', () => {
    given([set(onlyRouter)])
      .when({ type: 'remove-guardrail', name: 'only-router' })
      .then({ type: 'guardrail-removed', guardrail: onlyRouter });
    given([]).when({ type: 'remove-guardrail', name: 'only-router' }).thenNothing();
  });

  it('are bounded in number', () => {
    const all = Array.from({ length: MOST_GUARDRAILS }, (_, i) => set({ ...onlyRouter, name: `g${i}` }));
    given(all).when({ type: 'set-guardrail', guardrail: onlyRouter }).thenRefused('too-many-guardrails');
    const replaced = { ...warning(onlyRouter), name: 'g7' };
    given(all).when({ type: 'set-guardrail', guardrail: replaced }).then(set(replaced));
  });
});

describe('a change against a guardrail', () => {
  const routerToDb = { ...webToDb, source: 'router' };

  it('is refused, and with it the whole batch', () =>
    given([set(onlyRouter)])
      .when(add({}, routerToDb, webToDb))
      .thenRefused('guardrail-violated'));

  it('is made when nothing of it is', () =>
    given([set(onlyRouter)])
      .when(add({}, routerToDb))
      .then({ ...NOTHING, added: [routerToDb], tagsAllocated: [{ app: 'router', tag: 1 }, tags[1]!] }));

  it('is made when the guardrail is gone', () =>
    given([set(onlyRouter), { type: 'guardrail-removed', guardrail: onlyRouter }])
      .when(add())
      .then(added));

  it('names the guardrail, what it is for, and the policy', () => {
    const decider = policyDecider();
    const book = decider.evolve(decider.initialState, set({ ...onlyRouter, reason: 'PCI 1.2' }));
    expect(() => decider.decide(book, add())).toThrow(
      "the policy web → db tcp 5432 is against the guardrail 'only-router' (PCI 1.2): leave it out, or have the guardrail changed first",
    );
  });

  it('is none when the policy stood before, and is only asked for again', () =>
    given([added, set(onlyRouter)])
      .when(add())
      .then({ type: 'policies-confirmed', command: 'add-policies', policies: 1, unchanged: [webToDb] }));

  it.each<[string, Partial<AddPolicies>]>([
    ['later', { expiresAtMs: ELEVEN }],
    ['never', {}],
  ])('is refused where it would let one close %s', (_, more) =>
    given([untilTen, set(onlyRouter)])
      .when(add(more))
      .thenRefused('guardrail-violated'),
  );

  it('is none where one is limited, closed or removed', () => {
    const due = [{ policy: webToDb, expiresAtMs: TEN }];
    given([added, set(onlyRouter)])
      .when({ type: 'limit-policies', policies: [webToDb], expiresAtMs: TEN })
      .then({ ...NOTHING, terms: untilTen.terms });
    given([untilTen, set(onlyRouter)])
      .when({ type: 'expire-policies', due, openedBy: 1 })
      .then({ ...NOTHING, removed: [webToDb], tagsReleased: tags, cause: { what: 'expired', changes: [1] } });
    given([added, set(onlyRouter)])
      .when({ type: 'remove-policies', policies: [webToDb] })
      .then({ ...NOTHING, removed: [webToDb], tagsReleased: tags });
  });

  it.each<[string, 'absent' | number, number | null]>([
    ['stand again', 'absent', null],
    ['stand longer', TEN, ELEVEN],
    ['stand for good', TEN, null],
  ])('is refused where undoing would let one %s', (_, from, to) => {
    const restore: RestorePolicies = { type: 'restore-policies', undone: [1], steps: [{ policy: webToDb, from, to }] };
    given(from === 'absent' ? [set(onlyRouter)] : [untilTen, set(onlyRouter)])
      .when(restore)
      .thenRefused('guardrail-violated');
  });

  it('is made where undoing lets one stand less long', () =>
    given([added, set(onlyRouter)])
      .when({ type: 'restore-policies', undone: [1], steps: [{ policy: webToDb, from: null, to: TEN }] })
      .then({ ...NOTHING, terms: untilTen.terms, cause: { what: 'reverted', changes: [1] } }));
});

describe('a change that a guardrail warns of', () => {
  const violation = { guardrail: 'only-router', mode: 'warn', policies: 1, listed: [webToDb] } as const;

  it('is made, and says so', () =>
    given([set(warning(onlyRouter))])
      .when(add())
      .then({ ...added, violations: [violation] }));

  it('says how many policies are against it, and which where they are few', () => {
    const many = Array.from({ length: 21 }, (_, i) => ({ ...webToDb, end: 5432 + i }));
    given([set(warning(onlyRouter))])
      .when(add({}, ...many))
      .then({
        ...{ ...added, added: many },
        violations: [{ guardrail: 'only-router', mode: 'warn', policies: 21 }],
      });
  });

  it('says all that a plan is against, and is not refused', () =>
    given([set(warning(onlyRouter)), set({ ...onlyRouter, name: 'strict' })])
      .when(add({ tellsAll: true }))
      .then({ ...added, violations: [violation, { ...violation, guardrail: 'strict', mode: 'refuse' }] }));
});

describe('a guardrail that goes by spaces', () => {
  it('refuses a command that nobody was asked about spaces for', () =>
    given([set(noDev)])
      .when(add())
      .thenRefused('spaces-not-asked'));

  it('refuses what is in the space', () =>
    given([set(noDev)])
      .when(add(spaces({ web: 'dev' })))
      .thenRefused('guardrail-violated'));

  it('lets pass what is in another, and the event says in which', () =>
    given([set(noDev)])
      .when(add(spaces({ web: 'prod', unrelated: 'dev' })))
      .then({ ...added, spaces: [{ app: 'web', space: 'prod' }] }));

  it('refuses what it cannot know, and says so', () => {
    given([set(noDev)])
      .when(add(spaces({ web: null })))
      .thenRefused('guardrail-violated');
    const decider = policyDecider();
    const book = decider.evolve(decider.initialState, set(noDev));
    expect(() => decider.decide(book, add(spaces({ web: null })))).toThrow(
      "the policy web → db tcp 5432 may be against the guardrail 'no-dev', since nobody knows the space of web",
    );
  });

  it('warns of what it cannot know', () =>
    given([set(warning(noDev))])
      .when(add(spaces({ web: null })))
      .then({
        ...added,
        violations: [{ guardrail: 'no-dev', mode: 'warn', policies: 1, unsure: 1, listed: [webToDb] }],
        spaces: [{ app: 'web', space: null }],
      }));
});
