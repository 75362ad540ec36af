import { allow, change } from '../picture/samples';
import type { Change } from '../api/schemas';
import { changeInWords, enforcementInWords, policyInWords, shortApp } from './words';

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

  it('tell the ends of policies, and why a change was made that nobody asked for as it is', () => {
    const at = Date.UTC(2026, 6, 3, 12, 0, 0);
    const term = (port: number, expiresAtMs: number | null) => ({ policy: allow('a', 'b', port), expiresAtMs });
    const what = (members: object) => ({ ...change(7).what, ...members }) as Change['what'];
    const words = (members: object) => changeInWords({ ...change(7), what: what(members) });
    expect(words({ terms: [term(1, at)] })).toMatch(/: a to b tcp 1 stands until 3 Jul 2026, \d\d:00:00 \S+$/);
    expect(words({ added: [allow('a', 'b', 1)], terms: [term(1, at)] })).toBe(
      'Change 7 by admin: allowed a to b tcp 1',
    );
    expect(words({ terms: [1, 2, 3, 4].map((port) => term(port, null)) })).toBe(
      'Change 7 by admin: 0 allowed, 0 forbidden, the ends of 4 moved',
    );
    const removed = [allow('a', 'b', 1)];
    expect(words({ removed, cause: { what: 'expired', changes: [4] } })).toBe(
      'Change 7 by admin: the time is over of what was opened by change 4: forbade a to b tcp 1',
    );
    expect(words({ removed, cause: { what: 'reverted', changes: [4, 5] } })).toContain('undoes changes 4, 5: ');
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
