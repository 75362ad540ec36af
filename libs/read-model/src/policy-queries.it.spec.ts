import type { Policy } from '@heddle/domain';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import { openReadModel, type PolicyFilter, type ReadModel } from './index';

/** Ids that SQL, JSON, JavaScript or a careless comparison could take for something else. */
const ODD = [
  "o'neil",
  '"',
  '100%',
  '_eb',
  'a,b',
  'ünï 🧵',
  '__proto__',
  '\\',
  ' web',
  'web ',
  '1',
  '01',
  'null',
  '\0',
  '\ud800',
];

const web_to_db = tcp('web', 'db', 5432);
const api_to_db = tcp('api', 'db', 5432);
const web_to_api = tcp('web', 'api', 8080);
const web_to_web = tcp('web', 'web', 7000);
const Web_to_Db = tcp('Web', 'Db', 5432);
const odd = ODD.map((app, i) => tcp(app, 'odd-ones', 1 + i));
const all = [web_to_db, api_to_db, Web_to_Db, web_to_api, web_to_web, ...odd];

function tcp(source: string, destination: string, port: number): Policy {
  return { source, destination, protocol: 'tcp', start: port, end: port };
}

describeOnEachDatabase('policies', (databases) => {
  let model: ReadModel;

  beforeAll(async () => {
    model = await openReadModel(await databases.fresh());
    const batches = [all.slice(0, 2), all.slice(2, 3), all.slice(3)];
    const apps = [...new Set(all.flatMap(({ source, destination }) => [source, destination]))];
    const events = batches.map((added, i) => {
      const tagsAllocated = i === 0 ? apps.map((app, place) => ({ app, tag: place + 1 })) : [];
      const data = { added, removed: [], tagsAllocated, tagsReleased: [] };
      return loggedEvent(i + 1, { type: 'policies-changed.v1', data });
    });
    await model.projector().apply(events);
  });
  afterAll(() => model.close());

  it.each<[string, PolicyFilter | undefined, Policy[]]>([
    ['all, in the order they were added', undefined, all],
    ['all, for a filter without lists', {}, all],
    ['by source or destination', { either: ['api'] }, [api_to_db, web_to_api]],
    ['by several sources or destinations', { either: ['api', 'Db', 'api'] }, [api_to_db, Web_to_Db, web_to_api]],
    ['once, when source and destination are the same app', { either: ['web'] }, [web_to_db, web_to_api, web_to_web]],
    ['by source', { sources: ['web'] }, [web_to_db, web_to_api, web_to_web]],
    ['by destination', { destinations: ['db'] }, [web_to_db, api_to_db]],
    ['by source and destination', { sources: ['web', 'Web'], destinations: ['db'] }, [web_to_db]],
    ['by all three', { either: ['api'], sources: ['web'], destinations: ['api', 'web'] }, [web_to_api]],
    ['none, for an unknown app', { either: ['WEB'] }, []],
    ['none, for part of an id', { either: ['we', '%', '_', 'web%', ''] }, []],
    ['none, for an empty list', { either: [] }, []],
    ['none, for an empty list of sources', { sources: [] }, []],
    ['none, for an empty list of destinations', { destinations: [], sources: ['web'] }, []],
  ])('are listed: %s', async (_, filter, expected) => {
    expect(await model.listPolicies(filter)).toStrictEqual(expected);
  });

  it.each(odd.map((policy) => [policy.source, policy] as const))(
    'are found by the id %j alone',
    async (app, policy) => {
      expect(await model.listPolicies({ sources: [app] })).toStrictEqual([policy]);
      expect(await model.listPolicies({ either: [app] })).toStrictEqual([policy]);
      expect((await model.tagsOf([app])).map((tag) => tag.app)).toStrictEqual([app]);
    },
  );

  it('are found by one id among 40 000', async () => {
    const others = Array.from({ length: 40_000 }, (_, i) => `other-${i}`);
    const filter = { sources: [...others, 'api'], destinations: [...others, 'db'] };
    expect(await model.listPolicies(filter)).toStrictEqual([api_to_db]);
    expect(await model.listPolicies({ either: [...others, 'Db'] })).toStrictEqual([Web_to_Db]);
    expect(await model.tagsOf([...others, 'api', 'web'])).toStrictEqual([
      { app: 'web', tag: 1 },
      { app: 'api', tag: 3 },
    ]);
  });

  it('have a tag for each app, ascending', async () => {
    const tags = await model.listTags();
    expect(tags.slice(0, 3)).toStrictEqual([
      { app: 'web', tag: 1, type: 'app' },
      { app: 'db', tag: 2, type: 'app' },
      { app: 'api', tag: 3, type: 'app' },
    ]);
    expect(tags).toHaveLength(new Set(all.flatMap(({ source, destination }) => [source, destination])).size);
    expect(await model.tagsOf([])).toStrictEqual([]);
    expect(await model.tagsOf(['nobody'])).toStrictEqual([]);
  });
});
