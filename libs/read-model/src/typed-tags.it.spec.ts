import { describeOnEachDatabase, loggedEvent } from '@heddle/testing';
import { openReadModel, type ReadModel } from './index';

const tcp = (source: string, destination: string, port = 80) =>
  ({ source, destination, protocol: 'tcp', start: port, end: port }) as const;

describeOnEachDatabase('tags of apps', (databases) => {
  let model: ReadModel;

  beforeAll(async () => {
    model = await openReadModel(await databases.fresh());
    const reserved = { app: 'INGRESS_ROUTER', tag: 3, type: 'router' };
    const tagsAllocated = ['web', 'db', '\0'].map((app, i) => ({ app, tag: [1, 2, 4][i] }));
    const added = [tcp('web', 'db'), tcp('\0', 'db'), tcp('web', 'web')];
    await model
      .projector()
      .apply([
        loggedEvent(1, { type: 'tag-reserved.v1', data: { reserved } }),
        loggedEvent(2, { type: 'policies-changed.v1', data: { added, removed: [], tagsAllocated, tagsReleased: [] } }),
        loggedEvent(3, { type: 'policies-confirmed.v1', data: { command: 'add-policies', policies: 2 } }),
        loggedEvent(4, { type: 'tag-reserved.v1', data: { reserved: { app: '', tag: 5, type: '' } } }),
      ]);
  });
  afterAll(() => model.close());

  it('stand beside tags of names that are no apps', async () =>
    expect(await model.listTags()).toEqual([
      { app: 'web', tag: 1, type: 'app' },
      { app: 'db', tag: 2, type: 'app' },
      { app: 'INGRESS_ROUTER', tag: 3, type: 'router' },
      { app: '\0', tag: 4, type: 'app' },
      { app: '', tag: 5, type: '' },
    ]));
});
