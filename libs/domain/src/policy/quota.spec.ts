import { specificationOf } from '@heddle/testing';
import type { PoliciesChanged } from './events';
import type { Policy } from './policy';
import { policyDecider } from './policy-decider';

const { given } = specificationOf(policyDecider());

const from = (source: string, port: number, destination = 'db'): Policy => ({
  ...{ source, destination, protocol: 'tcp' },
  ...{ start: port, end: port },
});
const added = (tagsAllocated: Record<string, number>, ...policies: Policy[]): PoliciesChanged => ({
  type: 'policies-changed',
  added: policies,
  removed: [],
  tagsAllocated: Object.entries(tagsAllocated).map(([app, tag]) => ({ app, tag })),
  tagsReleased: [],
});
const add = (maxPerSource: number | undefined, ...policies: Policy[]) =>
  ({ type: 'add-policies', policies, maxPerSource }) as const;
const webHasTwo = added({ web: 1, db: 2 }, from('web', 1), from('web', 2));

describe('the quota of a source', () => {
  it('lets it have as many as it says', () =>
    given([webHasTwo])
      .when(add(3, from('web', 3)))
      .then(added({}, from('web', 3))));

  it('refuses the one beyond, and with it the whole batch', () =>
    given([webHasTwo])
      .when(add(3, from('api', 1), from('web', 3), from('web', 4)))
      .thenRefused('quota-exceeded'));

  it('counts what stands in the request twice twice', () =>
    given([webHasTwo])
      .when(add(3, from('web', 3), from('web', 3)))
      .thenRefused('quota-exceeded'));

  it('counts what exists already once more', () =>
    given([webHasTwo])
      .when(add(2, from('web', 1)))
      .thenRefused('quota-exceeded'));

  it('changes nothing for what exists while there is room for it', () =>
    given([webHasTwo])
      .when(add(3, from('web', 1)))
      .then({ type: 'policies-confirmed', command: 'add-policies', policies: 1, unchanged: [from('web', 1)] }));

  it('holds up requests that merely target an app beyond it', () =>
    given([webHasTwo])
      .when(add(1, from('api', 1, 'web')))
      .thenRefused('quota-exceeded'));

  it('lets an app at its limit be a destination', () =>
    given([webHasTwo])
      .when(add(2, from('api', 1, 'web')))
      .then(added({ api: 3 }, from('api', 1, 'web'))));

  it('does not count what an app is the destination of', () =>
    given([webHasTwo])
      .when(add(1, from('db', 1, 'api')))
      .then(added({ api: 3 }, from('db', 1, 'api'))));

  it('counts a policy of an app with itself once', () =>
    given([])
      .when(add(1, from('web', 1, 'web')))
      .then(added({ web: 1 }, from('web', 1, 'web'))));

  it('is not there unless the command carries it', () =>
    given([webHasTwo])
      .when(add(undefined, from('web', 3)))
      .then(added({}, from('web', 3))));
});
