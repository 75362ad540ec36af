import { specificationOf } from '@heddle/testing';
import { MOST_LISTED, type PoliciesChanged, type PoliciesConfirmed, type TagReserved } from './events';
import type { Policy } from './policy';
import { policyDecider } from './policy-decider';

const { given } = specificationOf(policyDecider());
const tiny = specificationOf(policyDecider(2));

const webToDb: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 5432, end: 5432 };
const apiToDb: Policy = { ...webToDb, source: 'api' };
const dbToDb: Policy = { ...webToDb, source: 'db' };

const add = (...policies: Policy[]) => ({ type: 'add-policies', policies }) as const;
const remove = (...policies: Policy[]) => ({ type: 'remove-policies', policies }) as const;
const changed = (parts: Partial<PoliciesChanged>): PoliciesChanged => ({
  type: 'policies-changed',
  added: [],
  removed: [],
  tagsAllocated: [],
  tagsReleased: [],
  ...parts,
});

const confirmed = (
  command: PoliciesConfirmed['command'],
  unchanged: readonly Policy[],
  policies = unchanged.length,
): PoliciesConfirmed => ({ type: 'policies-confirmed', command, policies, unchanged });
const reserve = (app: string, tagType: string) => ({ type: 'reserve-tag', app, tagType }) as const;
const reserved = (app: string, tag: number, type?: string): TagReserved => ({
  type: 'tag-reserved',
  reserved: { app, tag, ...(type !== undefined && { type }) },
});

const web1db2 = changed({
  added: [webToDb],
  tagsAllocated: [
    { app: 'web', tag: 1 },
    { app: 'db', tag: 2 },
  ],
});
const api3 = changed({ added: [apiToDb], tagsAllocated: [{ app: 'api', tag: 3 }] });

describe('adding policies', () => {
  it('gives the lowest free tag to each new app, source before destination', () =>
    given([]).when(add(webToDb)).then(web1db2));

  it('gives no second tag to an app that has one', () => given([web1db2]).when(add(apiToDb)).then(api3));

  it('only confirms what exists, however often the batch names it', () =>
    given([web1db2])
      .when(add(webToDb, webToDb))
      .then(confirmed('add-policies', [webToDb], 2)));

  it('takes a policy that the batch repeats where it stands first', () =>
    given([web1db2])
      .when(add(apiToDb, dbToDb, apiToDb))
      .then({ ...api3, added: [apiToDb, dbToDb], asked: { policies: 3 } }));

  it('does nothing when nothing is asked', () => given([web1db2]).when(add()).thenNothing());

  it('refuses the whole batch when a name in it belongs to a router', () =>
    given([reserved('api', 1, 'router')])
      .when(add(webToDb, apiToDb))
      .thenRefused('tag-type-mismatch'));

  it('keeps ranges apart even where they overlap', () => {
    const wider = { ...webToDb, start: 5000 };
    given([web1db2])
      .when(add(wider))
      .then(changed({ added: [wider] }));
  });

  it('takes a policy once, however often a batch names it, and says how often it did', () =>
    given([])
      .when(add(webToDb, webToDb))
      .then({ ...web1db2, asked: { policies: 2 } }));

  it('adds only what is new in a batch, and tells the rest of it', () =>
    given([web1db2])
      .when(add(webToDb, apiToDb, webToDb))
      .then({ ...api3, asked: { policies: 3, unchanged: [webToDb] } }));

  it('tells only the number of a long rest', () => {
    const ports = Array.from({ length: MOST_LISTED + 1 }, (_, i) => ({ ...webToDb, start: 1, end: i + 1 }));
    const standing = changed({ added: ports, tagsAllocated: web1db2.tagsAllocated });
    given([standing])
      .when(add(apiToDb, ...ports))
      .then({ ...api3, asked: { policies: MOST_LISTED + 2 } });
    given([standing])
      .when(add(...ports))
      .then({ type: 'policies-confirmed', command: 'add-policies', policies: MOST_LISTED + 1 });
  });

  it('lets an app talk to itself with one tag', () =>
    given([])
      .when(add(dbToDb))
      .then(changed({ added: [dbToDb], tagsAllocated: [{ app: 'db', tag: 1 }] })));

  it('refuses the whole batch when the tags run out', () =>
    tiny.given([]).when(add(webToDb, apiToDb)).thenRefused('tags-exhausted'));

  it('treats any string as a name', () => {
    const odd = { ...webToDb, source: '__proto__', destination: 'constructor' };
    given([])
      .when(add(odd))
      .then(
        changed({
          added: [odd],
          tagsAllocated: [
            { app: '__proto__', tag: 1 },
            { app: 'constructor', tag: 2 },
          ],
        }),
      );
  });
});

describe('removing policies', () => {
  it('releases the tags of apps that take part in nothing any more', () =>
    given([web1db2])
      .when(remove(webToDb))
      .then(
        changed({
          removed: [webToDb],
          tagsReleased: [
            { app: 'web', tag: 1 },
            { app: 'db', tag: 2 },
          ],
        }),
      ));

  it('keeps the tag of an app that still takes part', () =>
    given([web1db2, api3])
      .when(remove(webToDb))
      .then(changed({ removed: [webToDb], tagsReleased: [{ app: 'web', tag: 1 }] })));

  it('only confirms that a policy does not exist', () =>
    given([web1db2])
      .when(remove(apiToDb))
      .then(confirmed('remove-policies', [apiToDb])));

  it('does nothing when nothing is asked', () => given([web1db2]).when(remove()).thenNothing());

  it('tells of a batch what was gone already', () =>
    given([web1db2, api3])
      .when(remove(dbToDb, apiToDb))
      .then(
        changed({
          removed: [apiToDb],
          tagsReleased: [{ app: 'api', tag: 3 }],
          asked: { policies: 2, unchanged: [dbToDb] },
        }),
      ));

  it('wants the exact range', () => {
    const wider = { ...webToDb, end: 5433 };
    given([web1db2])
      .when(remove(wider))
      .then(confirmed('remove-policies', [wider]));
  });

  it('releases the tag of an app that only talked to itself', () =>
    given([changed({ added: [dbToDb], tagsAllocated: [{ app: 'db', tag: 1 }] })])
      .when(remove(dbToDb))
      .then(changed({ removed: [dbToDb], tagsReleased: [{ app: 'db', tag: 1 }] })));
});

describe('reserving a tag', () => {
  it('gives the lowest free one', () =>
    given([web1db2])
      .when(reserve('INGRESS_ROUTER', 'router'))
      .then(reserved('INGRESS_ROUTER', 3, 'router')));

  it('of the same type again changes nothing', () =>
    given([reserved('INGRESS_ROUTER', 1, 'router')])
      .when(reserve('INGRESS_ROUTER', 'router'))
      .thenNothing());

  it.each(['router', ''])('of type %j is refused to an app of a policy', (type) =>
    given([web1db2]).when(reserve('web', type)).thenRefused('tag-type-mismatch'),
  );

  it('is refused to a name of another type', () =>
    given([reserved('x', 1, 'router')])
      .when(reserve('x', 'app'))
      .thenRefused('tag-type-mismatch'));

  it('changes nothing for an app that has its tag by a policy', () =>
    given([web1db2]).when(reserve('web', 'app')).thenNothing());

  it('can be done for the empty name', () =>
    given([])
      .when(reserve('', ''))
      .then(reserved('', 1, '')));

  it('gives an app the tag that its first policy then uses', () =>
    given([reserved('db', 1)])
      .when(add(webToDb))
      .then(changed({ added: [webToDb], tagsAllocated: [{ app: 'web', tag: 2 }] })));

  it('is refused when the tags run out', () =>
    tiny.given([web1db2]).when(reserve('INGRESS_ROUTER', 'router')).thenRefused('tags-exhausted'));

  it('keeps it from others, whatever else is released', () =>
    given([
      reserved('INGRESS_ROUTER', 1, 'router'),
      changed({ added: [dbToDb], tagsAllocated: [{ app: 'db', tag: 2 }] }),
      changed({ removed: [dbToDb], tagsReleased: [{ app: 'db', tag: 2 }] }),
    ])
      .when(add(webToDb))
      .then(
        changed({
          added: [webToDb],
          tagsAllocated: [
            { app: 'web', tag: 2 },
            { app: 'db', tag: 3 },
          ],
        }),
      ));
});

describe('tags', () => {
  const webGone = changed({ removed: [webToDb], tagsReleased: [{ app: 'web', tag: 1 }] });

  it('are used again, lowest first', () =>
    given([web1db2, api3, webGone])
      .when(add({ ...webToDb, source: 'job' }, { ...webToDb, source: 'cron' }))
      .then(
        changed({
          added: [
            { ...webToDb, source: 'job' },
            { ...webToDb, source: 'cron' },
          ],
          tagsAllocated: [
            { app: 'job', tag: 1 },
            { app: 'cron', tag: 4 },
          ],
        }),
      ));

  it('that are held back go to nobody, and the next ones do', () =>
    given([web1db2, api3, webGone])
      .when({ ...add({ ...webToDb, source: 'job' }, { ...webToDb, source: 'cron' }), avoidTags: new Set([1, 4]) })
      .then(
        changed({
          added: [
            { ...webToDb, source: 'job' },
            { ...webToDb, source: 'cron' },
          ],
          tagsAllocated: [
            { app: 'job', tag: 5 },
            { app: 'cron', tag: 6 },
          ],
        }),
      ));

  it('that are held back count as used when there are no others', () =>
    tiny
      .given([])
      .when({ ...add(webToDb), avoidTags: new Set([2]) })
      .thenRefused('tags-exhausted'));

  it('skipped by an event are free', () =>
    given([
      changed({
        added: [webToDb],
        tagsAllocated: [
          { app: 'web', tag: 3 },
          { app: 'db', tag: 5 },
        ],
      }),
    ])
      .when(add({ ...webToDb, source: 'x', destination: 'y' }))
      .then(
        changed({
          added: [{ ...webToDb, source: 'x', destination: 'y' }],
          tagsAllocated: [
            { app: 'x', tag: 1 },
            { app: 'y', tag: 2 },
          ],
        }),
      ));
});
