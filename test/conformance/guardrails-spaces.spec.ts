import { TestCloudFoundry } from '../support/cloud-foundry';
import type { TestControlPlane } from '../support/control-plane';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';
import { error } from './row';

describe('guardrails that go by spaces, with a Cloud Controller', () => {
  let cloud: TestCloudFoundry;
  let plane: TestControlPlane;
  let admin: string;

  beforeAll(async () => {
    cloud = await TestCloudFoundry.start();
    cloud.cloudController.addApps('dev', 'lab', 'toy');
    cloud.cloudController.addApps('prod', 'shop', 'db');
    for (const space of ['dev', 'prod']) cloud.cloudController.addRole('dev-id', space);
    plane = await cloud.startControlPlane();
    admin = await cloud.token({ user: 'admin', scopes: ['network.admin'] });
    await set('no-dev', 'refuse', ['db']);
    await set('watch-dev', 'warn', ['shop']);
  }, 90_000);
  afterAll(() => cloud?.stop(), 30_000);
  beforeEach(() => {
    cloud.cloudController.service.fault = 'none';
  });

  const set = async (name: string, mode: string, apps: string[]) => {
    const body = { mode, from: { is: 'one-of', spaces: ['dev'] }, to: { is: 'one-of', apps } };
    expect(await plane.request('PUT', `/api/v1/guardrails/${name}`, { body, token: admin })).toMatchObject({
      status: 200,
    });
  };
  const add = async (source: string, destination: string, token = admin) => {
    const { status, body, headers } = await plane.request('POST', POLICIES, {
      body: policiesBody(wirePolicy(source, destination)),
      token,
    });
    return [status, body, headers['x-heddle-guardrails']];
  };
  const refusal = (says: string) => error(`the policy ${says}: leave it out, or have the guardrail changed first`);

  it('refuse what comes from the space, for its developers and for administrators', async () => {
    const refused = [403, refusal("lab → db tcp 8080 is against the guardrail 'no-dev'"), 'no-dev'];
    expect(await add('lab', 'db')).toEqual(refused);
    const developer = await cloud.token({ user: 'dev', scopes: ['network.write'] });
    expect(await add('lab', 'db', developer)).toEqual(refused);
    expect(await add('shop', 'db', developer)).toEqual([200, '{}', undefined]);
    expect(await add('lab', 'shop', developer)).toEqual([200, '{}', 'watch-dev']);
  });

  it('refuse what comes from an app that nobody knows, and say so', async () =>
    expect(await add('gone', 'db')).toEqual([
      403,
      refusal("gone → db tcp 8080 may be against the guardrail 'no-dev', since nobody knows the space of gone"),
      'no-dev',
    ]));

  it('know over history where an app was, also when it is gone', async () => {
    cloud.cloudController.addApps('prod', 'brief');
    cloud.cloudController.addApps('dev', 'brief-lab');
    expect(await add('brief', 'db')).toEqual([200, '{}', undefined]);
    expect(await add('brief-lab', 'shop')).toEqual([200, '{}', 'watch-dev']);
    for (const app of ['brief', 'brief-lab']) cloud.cloudController.apps.delete(app);
    // With a cache of its own, and all it knows from the log.
    const later = await cloud.startControlPlane();
    const violations = async (name: string) => {
      const answer = await later.request('GET', `/api/v1/guardrails/${name}/violations`, { token: admin });
      return (JSON.parse(answer.body) as { violations: { source: string; certain: boolean }[] }).violations;
    };
    expect((await violations('no-dev')).filter(({ source }) => source === 'brief')).toEqual([]);
    expect((await violations('watch-dev')).filter(({ source }) => source === 'brief-lab')).toMatchObject([
      { certain: true },
    ]);
  }, 60_000);

  it('hold up nothing but what they depend on while the Cloud Controller does not answer, and warn without it', async () => {
    cloud.cloudController.service.fault = 'error';
    // Nobody was asked about this one so far.
    expect(await add('toy', 'db')).toEqual([500, error('check guardrails failed'), undefined]);
    expect(await add('unseen', 'shop')).toEqual([200, '{}', 'watch-dev']);
    expect(await add('toy', 'toy')).toEqual([200, '{}', undefined]);
    const body = {
      type: 'add-policies',
      policies: [{ source: 'toy', destination: 'db', protocol: 'tcp', start: 1, end: 1 }],
    };
    const { status, body: answer } = await plane.request('POST', '/api/v1/changes', { body, token: admin });
    expect([status, JSON.parse(answer)]).toMatchObject([500, { detail: 'check guardrails failed' }]);
  });
});
