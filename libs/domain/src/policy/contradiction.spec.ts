import { atOnce } from '../steps';
import { policyContradiction } from './contradiction';
import type { PoliciesChanged, PolicyEvent } from './events';
import type { Policy } from './policy';
import { policyDecider } from './policy-decider';

const policy = (source: string, port = 80): Policy => ({
  ...{ source, destination: 'db', protocol: 'tcp', start: port, end: port },
});
const changed = (parts: Partial<PoliciesChanged>): PoliciesChanged => ({
  ...{ type: 'policies-changed', added: [], removed: [], tagsAllocated: [], tagsReleased: [] },
  ...parts,
});
const [web, db, api] = ['web', 'db', 'api'].map((app, i) => ({ app, tag: i + 1 }));
const router: PolicyEvent = { type: 'tag-reserved', reserved: { app: 'router', tag: 9, type: 'router' } };
const standing = [
  changed({ added: [policy('web')], tagsAllocated: [web, db] as PoliciesChanged['tagsAllocated'] }),
  router,
];
const only = (...tags: unknown[]) => tags as PoliciesChanged['tagsAllocated'];

function contradiction(event: PolicyEvent): string | undefined {
  const { initialState, evolve } = policyDecider();
  return atOnce(policyContradiction(standing.reduce(evolve, initialState), event));
}

it.each<[string, PolicyEvent]>([
  [
    'adds and gives tags, also higher ones',
    changed({ added: [policy('api')], tagsAllocated: only({ app: 'api', tag: 7 }) }),
  ],
  ['removes the last policy of two apps', changed({ removed: [policy('web')], tagsReleased: only(web, db) })],
  ['changes one for another', changed({ added: [policy('web', 81)], removed: [policy('web')] })],
  ['gives a tag that was skipped', { type: 'tag-reserved', reserved: { app: 'x', tag: 3 } }],
])('nothing contradicts an event that %s', (_, event) => expect(contradiction(event)).toBeUndefined());

it.each<[string, PolicyEvent]>([
  ['it removes the policy api → db tcp 80, which is not there', changed({ removed: [policy('api')] })],
  ['it removes the policy web → db tcp 80, which is not there', changed({ removed: [policy('web'), policy('web')] })],
  ['it adds the policy web → db tcp 80, which is there already', changed({ added: [policy('web')] })],
  [
    'it adds the policy web → db tcp 81, which is there already',
    changed({ added: [policy('web', 81), policy('web', 81)] }),
  ],
  ["it adds a policy of 'api', which has no tag", changed({ added: [policy('api')] })],
  ["it adds a policy of 'router', which has no tag", changed({ added: [policy('router')] })],
  ["it gives tag 2 to 'api', which somebody has", changed({ tagsAllocated: only({ app: 'api', tag: 2 }) })],
  ["it gives tag 3 to 'x', which somebody has", changed({ tagsAllocated: only(api, { app: 'x', tag: 3 }) })],
  ["it gives a tag to 'web', which has one", changed({ tagsAllocated: only({ app: 'web', tag: 3 }) })],
  ["it takes tag 2 from 'db', which does not give it", changed({ tagsReleased: only(db) })],
  ["it takes tag 3 from 'api', which does not give it", changed({ tagsReleased: only(api) })],
  ["it gives tag 9 to 'x', which somebody has", { type: 'tag-reserved', reserved: { app: 'x', tag: 9 } }],
  ["it gives a tag to 'router', which has one", { type: 'tag-reserved', reserved: { app: 'router', tag: 10 } }],
])('%s', (words, event) => expect(contradiction(event)).toBe(words));
