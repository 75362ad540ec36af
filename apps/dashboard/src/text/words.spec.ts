import { allow, change } from '../picture/samples';
import type { Change } from '../api/schemas';
import {
  causeInWords,
  changeInWords,
  endInWords,
  endsMoved,
  enforcementInWords,
  policyInWords,
  shortApp,
} from './words';

describe('words', () => {
  it('name one port or a range', () => {
    expect(policyInWords(allow('visitor', 'homeowner'))).toBe('visitor → homeowner tcp 8080');
    expect(policyInWords({ ...allow('a', 'b', 5000), protocol: 'udp', end: 5010 })).toBe('a → b udp 5000–5010');
  });

  it('keep both ends of a long app', () => {
    expect(shortApp('visitor')).toBe('visitor');
    expect(shortApp('3f2a91bc-5d70-4f7e-9a53-0c1d8fe277e0')).toBe('3f2a91bc-5d70-4f…277e0');
  });

  it('tell a change as a sentence, and a large batch by numbers', () => {
    expect(changeInWords(change(7, [allow('a', 'b')], [allow('c', 'd')]))).toBe(
      'Change 7 by admin: allowed a to b tcp 8080, forbade c to d tcp 8080',
    );
    const many = [1, 2, 3, 4].map((port) => allow('a', 'b', port));
    expect(changeInWords(change(8, many))).toBe('Change 8 by admin: 4 allowed, 0 forbidden');
  });

  it('tell when policies close by themselves, and why a change came', () => {
    const until = Date.UTC(2026, 6, 3, 14, 3, 7);
    expect(endInWords(until, 'UTC')).toBe('until 3 Jul 2026, 14:03:07 UTC');
    const what = {
      ...{ kind: 'policies' as const, added: [allow('a', 'b')], removed: [], tagsAllocated: [], tagsReleased: [] },
      terms: [
        { policy: allow('a', 'b'), expiresAtMs: until },
        { policy: allow('c', 'd'), expiresAtMs: null },
      ],
      cause: { what: 'reverted', changes: [3, 4] },
    };
    expect(endsMoved(what).map(({ policy }) => policy.source)).toEqual(['c']);
    expect(changeInWords({ ...change(7), what })).toBe(
      'Change 7 by admin: allowed a to b tcp 8080, c to d tcp 8080 has no end any more; undoes changes #3, #4',
    );
    expect(causeInWords({ what: 'expired', changes: [7] })).toBe('closed by itself, as set by change #7');
    expect(causeInWords({ what: 'another', changes: [7] })).toBe('another change #7');
  });

  it.each<[Change['what'], string]>([
    [
      { kind: 'confirmed', command: 'add-policies', policies: 2, unchanged: [allow('a', 'b')] },
      'a to b tcp 8080 allowed already',
    ],
    [{ kind: 'confirmed', command: 'remove-policies', policies: 300 }, '300 policies not allowed before either'],
    [{ kind: 'tag', app: 'INGRESS_ROUTER', tag: 7, type: 'router' }, 'INGRESS_ROUTER (router) got tag 7 for itself'],
    [
      { kind: 'groups', added: [{ guid: 'g-1', name: 'dns' }], changed: [{ guid: 'g-2', name: '' }], removed: ['g-3'] },
      'security group dns added, security group g-2 changed, security group g-3 removed',
    ],
    [{ kind: 'guardrail', isSet: true, name: 'only-router', mode: 'refuse' }, 'guardrail only-router set: it refuses'],
    [{ kind: 'guardrail', isSet: true, name: 'only-router', mode: 'warn' }, 'guardrail only-router set: it warns'],
    [{ kind: 'guardrail', isSet: false, name: 'only-router', mode: 'warn' }, 'guardrail only-router removed'],
    [{ kind: 'other', type: 'lease-split.v1' }, 'lease-split.v1'],
  ])('tell what every kind of change did', (what, words) =>
    expect(changeInWords({ ...change(7), what })).toBe(`Change 7 by admin: ${words}`),
  );

  it('tell where a change is in force', () => {
    const enforcement = { state: 'pending', cellsConcerned: 2, cellsEnforcing: 1, slowestMs: 1, cells: [] } as const;
    expect(enforcementInWords({ ...enforcement, cells: [] })).toBe('in force on 1 of 2 cells');
    expect(enforcementInWords({ ...enforcement, cellsConcerned: 1, cells: [] })).toBe('in force on 1 of 1 cell');
    expect(enforcementInWords({ ...enforcement, cellsConcerned: 0, cells: [] })).toBe('concerns no cell');
  });
});
