import { describeOnEachDatabase } from '@heddle/testing';
import { TestControlPlane } from '../../support/control-plane';
import { runRows } from '../run-rows';
import { access, withoutCloudController } from './access-rows';
import { badBodies, bodySizes } from './body-rows';
import { creations, removals } from './change-rows';
import { lists, tags } from './list-rows';
import { headers, openRoutes, options, unknownPaths, versions, wrongMethods } from './route-rows';

const SETTINGS = { HEDDLE_ALLOWED_CORS_DOMAINS: 'https://apps.example,https://other.example' };

describeOnEachDatabase("Cloud Foundry's external API", (databases) => {
  let server: TestControlPlane;

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases, SETTINGS);
  }, 60_000);
  afterAll(() => server?.stop());

  describe.each([
    ['a wrong method', wrongMethods],
    ['OPTIONS', options],
    ['a path that is none', unknownPaths],
    ['a version that is none', versions],
    ['a route without a token', openRoutes],
    ['ids and origins', headers],
    ['who asks', access],
    ['without a Cloud Controller', withoutCloudController],
    ['a body that is refused', badBodies],
    ['the size of a body', bodySizes],
    ['to create', creations],
    ['to delete', removals],
    ['to list', lists],
    ['tags', tags],
  ])('%s:', (_, rows) => runRows(rows, () => server));

  it("keeps to itself: Heddle's own API answers in its own way", async () => {
    const own = await server.request('GET', '/api/v1/nowhere');
    expect(own).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });
    expect(own.headers).not.toHaveProperty('x-frame-options');
    expect((await server.request('HEAD', '/metrics')).status).toBe(200);
    expect((await server.request('GET', '/healthz')).headers['content-type']).toMatch('application/json');
  });

  it('shows a browser the dashboard', async () =>
    expect(await server.request('GET', '/', { headers: { accept: 'text/html,*/*;q=0.8' }, token: null })).toMatchObject(
      {
        status: 302,
        headers: { location: '/dashboard/' },
      },
    ));

  it('logs a change under the id of its answer', async () => {
    const body = {
      policies: [{ source: { id: 'id' }, destination: { id: 'id', protocol: 'tcp', ports: { start: 1, end: 1 } } }],
    };
    const { headers: answered } = await server.request('POST', '/networking/v1/external/policies', { body });
    const { changes } = await server.get<{ changes: { correlationId: string }[] }>('/api/v1/changes?limit=1');
    expect(changes[0]?.correlationId).toBe(answered['x-vcap-request-id']);
  });
});
