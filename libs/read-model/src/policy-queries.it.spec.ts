import type { Policy } from '@heddle/domain';
import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import { openReadModel, type ReadModel } from './index';

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

  it('are listed in the order they were added', async () => expect(await model.listPolicies()).toStrictEqual(all));

  it.each(ODD)('keep the id %j, and its tag', async (app) =>
    expect((await model.listTags()).map((tag) => tag.app)).toContain(app),
  );

  it('have a tag for each app, ascending', async () => {
    const tags = await model.listTags();
    expect(tags.slice(0, 3)).toStrictEqual([
      { app: 'web', tag: 1, type: 'app' },
      { app: 'db', tag: 2, type: 'app' },
      { app: 'api', tag: 3, type: 'app' },
    ]);
    expect(tags).toHaveLength(new Set(all.flatMap(({ source, destination }) => [source, destination])).size);
  });
});
