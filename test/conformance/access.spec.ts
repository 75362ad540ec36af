import { describeOnEachDatabase, type Fault, type TokenHolder } from '@heddle/testing';
import { TestCloudFoundry } from '../support/cloud-foundry';
import type { Answer, TestControlPlane } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';

/** Cloud Foundry's reference on who may do what, row by row: its §3.2–3.6 and §5. */

const CLEANUP = `${POLICIES}/cleanup`;
const OK = { status: 200, body: '{}' };
const NOT_ACCESSED = refusal(403, 'one or more applications cannot be found or accessed');
const QUOTA = refusal(403, 'policy quota exceeded');
const NOT_VERIFIED = refusal(401, 'failed to verify token with uaa');

/** Everybody who asks. Roles in spaces are given below. */
const callers = {
  admin: { user: 'admin', scopes: ['network.admin'] },
  'admin and writer': { user: 'both', scopes: ['network.write', 'network.admin'] },
  'admin client': { client: 'ops', scopes: ['network.admin'] },
  writer: { user: 'dev', scopes: ['network.write', 'openid'] },
  'writer client': { client: 'ci', scopes: ['network.write'] },
  developer: { user: 'dev', scopes: ['cloud_controller.read'] },
  'developer client': { client: 'ci', scopes: [] },
  'developer of one space': { user: 'half', scopes: ['network.write'] },
  manager: { user: 'manager', scopes: ['network.write'] },
  auditor: { user: 'auditor', scopes: ['network.write'] },
  supporter: { user: 'supporter', scopes: ['network.write'] },
  stranger: { user: 'stranger', scopes: ['network.write'] },
  'scope in another case': { user: 'dev', scopes: ['Network.Admin', 'NETWORK.WRITE'] },
  'scope as a part': { user: 'dev', scopes: ['network.admin.read', 'xnetwork.write'] },
} satisfies Record<string, TokenHolder>;
type Caller = keyof typeof callers;

const scopesMissing = (who: Caller, allowed: string) =>
  refusal(403, `provided scopes [${callers[who].scopes.join(' ')}] do not include allowed scopes [${allowed}]`);
const BOTH_SCOPES = 'network.admin network.write';

describeOnEachDatabase('access, as Cloud Foundry’s clients know it', (databases) => {
  let cloud: TestCloudFoundry;
  const planes = {} as Record<'off' | 'on', TestControlPlane>;

  beforeAll(async () => {
    cloud = await TestCloudFoundry.start();
    const { cloudController } = cloud;
    cloudController.addApps('space-a', 'web', 'api', 'crowded');
    cloudController.addApps('space-b', 'db');
    cloudController.addApps('space-c', 'foreign');
    for (const who of ['dev-id', 'ci']) for (const space of ['space-a', 'space-b']) cloudController.addRole(who, space);
    cloudController.addRole('half-id', 'space-a');
    for (const role of ['manager', 'auditor', 'supporter'])
      for (const space of ['space-a', 'space-b']) cloudController.addRole(`${role}-id`, space, `space_${role}`);
    const quota = { HEDDLE_MAX_POLICIES_PER_APP_SOURCE: '2', HEDDLE_CLEANUP_MAX_SHARE: '0.5' };
    const start = async (environment: Record<string, string>) => {
      const location = await databases.fresh();
      return cloud.startControlPlane(environment, 'databaseUrl' in location ? location.databaseUrl : undefined);
    };
    planes.off = await start(quota);
    planes.on = await start({ ...quota, HEDDLE_SPACE_DEVELOPER_SELF_SERVICE: 'on' });
  }, 60_000);
  afterAll(() => cloud?.stop(), 30_000);
  beforeEach(async () => {
    cloud.uaa.service.fault = 'none';
    cloud.cloudController.service.fault = 'none';
    const { policies } = JSON.parse((await ask('off', 'admin', 'GET', POLICIES)).body) as { policies: unknown[] };
    if (policies.length > 0) expect(await ask('off', 'admin', 'POST', DELETE, policies)).toMatchObject(OK);
  });

  async function ask(
    toggle: 'off' | 'on',
    who: Caller | TokenHolder,
    method: string,
    path: string,
    policies?: readonly unknown[],
  ): Promise<Answer> {
    const token = await cloud.token(typeof who === 'string' ? callers[who] : who);
    return planes[toggle].request(method, path, { token, body: policies && policiesBody(...policies) });
  }
  const given = async (...policies: unknown[]) =>
    expect(await ask('off', 'admin', 'POST', POLICIES, policies)).toMatchObject(OK);
  const stored = async () => totalIn(await ask('off', 'admin', 'GET', POLICIES));

  describe('§3.2 scopes', () => {
    const listed = { status: 200, body: '{"total_policies":0,"policies":[]}' };
    const lacking = (who: Caller) => scopesMissing(who, BOTH_SCOPES);
    const rows: [Caller, 'off' | 'on', 'allowed' | 'refused'][] = [
      ['admin', 'off', 'allowed'],
      ['admin', 'on', 'allowed'],
      ['admin and writer', 'off', 'allowed'],
      ['admin client', 'off', 'allowed'],
      ['admin client', 'on', 'allowed'],
      ['writer', 'off', 'allowed'],
      ['writer', 'on', 'allowed'],
      ['writer client', 'off', 'allowed'],
      ['writer client', 'on', 'allowed'],
      ['developer', 'off', 'refused'],
      ['developer', 'on', 'allowed'],
      ['developer client', 'off', 'refused'],
      ['developer client', 'on', 'allowed'],
      ['scope in another case', 'off', 'refused'],
      ['scope as a part', 'off', 'refused'],
    ];
    describe.each(rows)('%s, self-service %s: %s', (who, toggle, outcome) => {
      const expected = <T>(success: T) => (outcome === 'allowed' ? success : lacking(who));

      it('create', async () =>
        expect(await ask(toggle, who, 'POST', POLICIES, [wirePolicy('web', 'db')])).toMatchObject(expected(OK)));
      it('delete', async () =>
        expect(await ask(toggle, who, 'POST', DELETE, [wirePolicy('web', 'db')])).toMatchObject(expected(OK)));
      it('list', async () =>
        expect(await ask(toggle, who, 'GET', `${POLICIES}?id=web`)).toMatchObject(expected(listed)));
      it('a malformed body is looked at only behind the scope', async () =>
        expect((await ask(toggle, who, 'POST', POLICIES, [])).status).toBe(outcome === 'allowed' ? 400 : 403));
    });

    const forAdmins: [Caller, 'off' | 'on'][] = [
      ['writer', 'off'],
      ['writer', 'on'],
      ['writer client', 'off'],
      ['developer', 'off'],
      ['developer', 'on'],
      ['developer client', 'on'],
      ['scope in another case', 'on'],
    ];
    it.each(forAdmins)('%s, self-service %s: cleanup is for administrators', async (who, toggle) =>
      expect(await ask(toggle, who, 'POST', CLEANUP)).toMatchObject(scopesMissing(who, 'network.admin')),
    );
    it.each<[Caller, 'off' | 'on']>([
      ['admin', 'off'],
      ['admin', 'on'],
      ['admin client', 'off'],
    ])('%s, self-service %s: cleanup', async (who, toggle) =>
      expect(await ask(toggle, who, 'POST', CLEANUP)).toMatchObject(listed),
    );
  });

  describe('§3.1 tokens', () => {
    it.each<[string, string | undefined, object]>([
      ['none', undefined, refusal(401, 'missing authorization header')],
      ['an empty one', '', refusal(401, 'missing authorization header')],
      ['one that UAA does not know', 'Bearer forged', NOT_VERIFIED],
      ['another scheme', 'Basic dXNlcjpwYXNz', NOT_VERIFIED],
      ['one that needs encoding', 'bearer a+b&token=c%20', NOT_VERIFIED],
    ])('%s', async (_, authorization, answer) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const got = await planes.off.request('GET', POLICIES, { token: null, headers });
      expect(got).toMatchObject({ ...answer, headers: { 'www-authenticate': 'Bearer' } });
    });

    it.each<[string, boolean]>([
      ['Bearer ', true],
      ['bearer ', true],
      ['', true],
      ['BEARER ', false],
      ['Bearer  ', false],
    ])('with %j before it', async (scheme, isGood) => {
      const headers = { authorization: scheme + (await cloud.token(callers.admin)) };
      const answer = await planes.off.request('GET', POLICIES, { token: null, headers });
      expect(answer.status).toBe(isGood ? 200 : 401);
    });

    it('that Heddle made itself count for nothing beside UAA', async () =>
      expect(await planes.off.request('GET', POLICIES)).toMatchObject(NOT_VERIFIED));

    it('that UAA takes out of use end at once', async () => {
      const token = await cloud.token(callers.admin);
      expect((await planes.off.request('GET', POLICIES, { token })).status).toBe(200);
      cloud.uaa.revoke(token);
      expect(await planes.off.request('GET', POLICIES, { token })).toMatchObject(NOT_VERIFIED);
    });

    it.each<Fault>(['error', 'empty', 'garbage', 'cut'])('UAA with fault %s', async (fault) => {
      cloud.uaa.service.fault = fault;
      expect(await ask('off', 'admin', 'GET', POLICIES)).toMatchObject(NOT_VERIFIED);
    });

    it('a slow UAA is waited for', async () => {
      cloud.uaa.service.fault = 'slow';
      expect((await ask('off', 'admin', 'GET', POLICIES)).status).toBe(200);
    });
  });

  describe('§3.3 space check, and the gap of §3.4 closed', () => {
    const rows: [Caller, string, string, 'allowed' | 'refused'][] = [
      ['writer', 'web', 'api', 'allowed'],
      ['writer', 'web', 'db', 'allowed'],
      ['writer', 'db', 'web', 'allowed'],
      ['writer', 'web', 'web', 'allowed'],
      ['writer', 'web', 'foreign', 'refused'],
      ['writer', 'foreign', 'web', 'refused'],
      ['writer', 'foreign', 'foreign', 'refused'],
      ['writer', 'web', 'no-such-app', 'refused'],
      ['writer', 'no-such-app', 'web', 'refused'],
      ['writer', 'gone-1', 'gone-2', 'refused'],
      ['writer', 'web,api', 'db', 'refused'],
      ['writer', 'a name & more', 'db', 'refused'],
      ['developer of one space', 'web', 'api', 'allowed'],
      ['developer of one space', 'web', 'db', 'refused'],
      ['developer of one space', 'db', 'web', 'refused'],
      ['writer client', 'web', 'db', 'allowed'],
      ['manager', 'web', 'api', 'refused'],
      ['auditor', 'web', 'api', 'refused'],
      ['supporter', 'web', 'api', 'refused'],
      ['stranger', 'web', 'api', 'refused'],
      ['admin', 'foreign', 'no-such-app', 'allowed'],
    ];
    it.each(rows)('%s, from %s to %s: %s', async (who, source, destination, outcome) => {
      const policies = [wirePolicy(source, destination)];
      const expected = outcome === 'allowed' ? OK : NOT_ACCESSED;
      expect(await ask('off', who, 'POST', POLICIES, policies)).toMatchObject(expected);
      expect(await stored()).toBe(outcome === 'allowed' ? 1 : 0);
      await given(...policies);
      expect(await ask('off', who, 'POST', DELETE, policies)).toMatchObject(expected);
      expect(await stored()).toBe(outcome === 'allowed' ? 0 : 1);
    });

    it('one foreign app refuses the whole batch', async () => {
      const policies = [wirePolicy('web', 'api'), wirePolicy('web', 'foreign')];
      expect(await ask('off', 'writer', 'POST', POLICIES, policies)).toMatchObject(NOT_ACCESSED);
      expect(await stored()).toBe(0);
    });

    it('comes after the body has been looked at', async () =>
      expect(await ask('off', 'stranger', 'POST', POLICIES, [wirePolicy('web', 'foreign', 0)])).toMatchObject(
        refusal(400, 'mapper: validate policies: missing start port'),
      ));

    it('a role that is given later counts within a few seconds', async () => {
      const late: TokenHolder = { user: 'late', scopes: ['network.write'] };
      const create = () => ask('off', late, 'POST', POLICIES, [wirePolicy('web', 'api')]);
      expect(await create()).toMatchObject(NOT_ACCESSED);
      cloud.cloudController.addRole('late-id', 'space-a');
      await new Promise((resolve) => setTimeout(resolve, 2_100));
      expect(await create()).toMatchObject(OK);
    });

    it('reads every page of roles, and those that were asked for only', async () => {
      const many: TokenHolder = { user: 'many', scopes: ['network.write'] };
      for (let space = 0; space < 25; space++) cloud.cloudController.addRole('many-id', `space-of-many-${space}`);
      cloud.cloudController.addApps('space-of-many-24', 'last-of-many');
      cloud.cloudController.perPage = 10;
      try {
        const policies = [wirePolicy('last-of-many', 'last-of-many')];
        expect(await ask('off', many, 'POST', POLICIES, policies)).toMatchObject(OK);
      } finally {
        cloud.cloudController.perPage = 5_000;
      }
    });

    it('roles that were not asked for give nobody a right', async () => {
      const unasked: TokenHolder = { user: 'unasked', scopes: ['network.write'] };
      cloud.cloudController.addRole('unasked-id', 'space-a', 'space_auditor');
      expect(await ask('off', 'writer', 'POST', POLICIES, [wirePolicy('web', 'api')])).toMatchObject(OK);
      cloud.cloudController.ignoresFilters = true;
      try {
        const answer = await ask('off', unasked, 'POST', POLICIES, [wirePolicy('api', 'web')]);
        expect(answer).toMatchObject(NOT_ACCESSED);
      } finally {
        cloud.cloudController.ignoresFilters = false;
      }
    });

    it('more apps than were asked for is an error', async () => {
      cloud.cloudController.addApps('space-a', 'one', 'two');
      cloud.cloudController.ignoresFilters = true;
      try {
        expect(await ask('off', 'writer', 'POST', POLICIES, [wirePolicy('one', 'two')])).toMatchObject(
          refusal(500, 'check access failed'),
        );
      } finally {
        cloud.cloudController.ignoresFilters = false;
      }
    });

    it.each<Fault>(['error', 'garbage', 'cut'])('the Cloud Controller with fault %s', async (fault) => {
      const someone: TokenHolder = { user: `someone-${fault}`, scopes: ['network.write'] };
      cloud.cloudController.service.fault = fault;
      for (const path of [POLICIES, DELETE])
        expect(await ask('off', someone, 'POST', path, [wirePolicy(fault, 'web')])).toMatchObject(
          refusal(500, 'check access failed'),
        );
      expect(await ask('off', 'admin', 'POST', POLICIES, [wirePolicy(fault, 'web')])).toMatchObject(OK);
    });

    it('the Cloud Controller that knows nobody', async () => {
      cloud.cloudController.service.fault = 'empty';
      const someone: TokenHolder = { user: 'someone-empty', scopes: ['network.write'] };
      const policies = [wirePolicy('unasked-1', 'unasked-2')];
      expect(await ask('off', someone, 'POST', POLICIES, policies)).toMatchObject(NOT_ACCESSED);
    });

    it('a token of Heddle that ended is replaced', async () => {
      cloud.uaa.revokeServiceTokens();
      cloud.cloudController.addApps('space-a', 'after-the-end');
      const policies = [wirePolicy('after-the-end', 'web')];
      expect(await ask('off', 'writer', 'POST', POLICIES, policies)).toMatchObject(OK);
    });
  });

  describe('§3.5 what a list shows', () => {
    beforeEach(() =>
      given(
        wirePolicy('web', 'api'),
        wirePolicy('web', 'db', 1, 9),
        wirePolicy('web', 'foreign'),
        wirePolicy('foreign', 'web'),
        wirePolicy('foreign', 'foreign'),
        wirePolicy('no-such-app', 'web'),
        wirePolicy('gone-1', 'gone-2'),
      ),
    );

    it.each<[Caller, 'off' | 'on', string, number]>([
      ['admin', 'off', '', 7],
      ['admin', 'on', '?id=foreign', 3],
      ['writer', 'off', '', 2],
      ['writer', 'off', '?id=web', 2],
      ['writer', 'off', '?id=foreign', 0],
      ['writer', 'off', '?id=', 0],
      ['writer', 'off', '?source_id=web&dest_id=api', 1],
      ['writer', 'off', '?id=no-such-app', 0],
      ['developer', 'on', '', 2],
      ['developer client', 'on', '', 2],
      ['developer of one space', 'off', '', 1],
      ['manager', 'off', '', 0],
      ['stranger', 'off', '', 0],
    ])('%s, self-service %s, %j: %i', async (who, toggle, query, total) =>
      expect(totalIn(await ask(toggle, who, 'GET', POLICIES + query))).toBe(total),
    );

    it.each<Fault>(['error', 'garbage', 'cut'])('the Cloud Controller with fault %s', async (fault) => {
      const someone: TokenHolder = { user: `lister-${fault}`, scopes: ['network.write'] };
      cloud.cloudController.service.fault = fault;
      expect(await ask('off', someone, 'GET', POLICIES)).toMatchObject(refusal(500, 'filter policies failed'));
      expect(totalIn(await ask('off', 'admin', 'GET', POLICIES))).toBe(7);
    });

    it('asks for apps in chunks of 100', async () => {
      const destinations = Array.from({ length: 250 }, (_, i) => `chunked-${i}`);
      cloud.cloudController.addApps('space-a', ...destinations);
      await given(...destinations.map((destination) => wirePolicy('web', destination)));
      const before = cloud.cloudController.service.asked.length;
      expect(totalIn(await ask('off', 'writer', 'GET', POLICIES))).toBe(252);
      const sizes = cloud.cloudController.service.asked
        .slice(before)
        .filter(({ path }) => path === '/v3/apps')
        .map(({ query }) => [query.get('guids')?.split(',').length, Number(query.get('per_page'))]);
      expect(Math.max(...sizes.map(([guids = 0]) => guids))).toBe(100);
      for (const [guids, perPage] of sizes) expect(perPage).toBe(guids);
    });
  });

  describe('§3.6 quota of 2', () => {
    const from = (source: string, ...ports: number[]) => ports.map((port) => wirePolicy(source, 'db', port));
    const rows: [string, Caller, unknown[], unknown[], object][] = [
      ['below the limit', 'writer', from('web', 1), from('web', 2), OK],
      ['the limit at once', 'writer', [], from('web', 1, 2), OK],
      ['beyond it at once', 'writer', [], from('web', 1, 2, 3), QUOTA],
      ['beyond it by one', 'writer', from('web', 1, 2), from('web', 3), QUOTA],
      ['what exists, at the limit', 'writer', from('web', 1, 2), from('web', 1), QUOTA],
      ['what exists, below the limit', 'writer', from('web', 1), from('web', 1), OK],
      ['what stands there twice', 'writer', from('web', 1), from('web', 2, 2), QUOTA],
      ['another source', 'writer', from('web', 1, 2), from('api', 3), OK],
      ['one source of two beyond it', 'writer', from('web', 1, 2), [...from('api', 1), ...from('web', 3)], QUOTA],
      ['a destination beyond it', 'writer', from('crowded', 1, 2, 3), [wirePolicy('web', 'crowded')], QUOTA],
      ['a destination at it', 'writer', from('crowded', 1, 2), [wirePolicy('web', 'crowded')], OK],
      ['a client', 'writer client', from('web', 1, 2), from('web', 3), QUOTA],
      ['an administrator', 'admin', from('web', 1, 2), from('web', 3, 4), OK],
      [
        'foreign apps are refused before they are counted',
        'writer',
        from('foreign', 1, 2),
        from('foreign', 3),
        NOT_ACCESSED,
      ],
    ];
    it.each(rows)('%s', async (_, who, before, policies, answer) => {
      if (before.length > 0) await given(...before);
      expect(await ask('off', who, 'POST', POLICIES, policies)).toMatchObject(answer);
      if (answer !== OK) expect(await stored()).toBe(before.length);
    });

    it('holds for developers who serve themselves', async () => {
      await given(...from('web', 1, 2));
      expect(await ask('on', 'developer', 'POST', POLICIES, from('web', 3))).toMatchObject(QUOTA);
    });

    it('does not hold for deletion', async () => {
      await given(...from('web', 1, 2, 3));
      expect(await ask('off', 'writer', 'POST', DELETE, from('web', 1, 2, 3, 4))).toMatchObject(OK);
      expect(await stored()).toBe(0);
    });

    it('is not exceeded by requests that arrive together at two control planes', async () => {
      const together = Array.from({ length: 12 }, (_, i) =>
        ask(i % 2 ? 'on' : 'off', 'writer', 'POST', POLICIES, from('web', i + 1)),
      );
      const statuses = (await Promise.all(together)).map(({ status }) => status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(2);
      expect(statuses.filter((status) => status === 403)).toHaveLength(10);
      expect(await stored()).toBe(2);
    });
  });

  describe('§5 cleanup', () => {
    const living = [wirePolicy('web', 'db'), wirePolicy('api', 'db'), wirePolicy('db', 'foreign')];
    const dead = {
      source: wirePolicy('no-such-app', 'db'),
      destination: wirePolicy('web', 'no-such-app', 5, 9),
      both: wirePolicy('gone-1', 'gone-2'),
    };
    const FAILED = refusal(500, 'policies cleanup failed');
    const removed = (...policies: unknown[]) => ({
      status: 200,
      body: JSON.stringify({ total_policies: policies.length, policies }),
    });

    it.each<[string, unknown[], object]>([
      ['nothing stored', [], removed()],
      ['nothing stale', living, removed()],
      ['a dead source', [...living, dead.source], removed(dead.source)],
      ['a dead destination', [...living, dead.destination], removed(dead.destination)],
      ['both dead', [...living, dead.both], removed(dead.both)],
      [
        'a name the Cloud Controller cannot have',
        [...living, wirePolicy('a b,c', 'db')],
        removed(wirePolicy('a b,c', 'db')),
      ],
      [
        'three dead, named in the order of their creation',
        [...living, dead.source, dead.destination, dead.both],
        removed(dead.source, dead.destination, dead.both),
      ],
      [
        'and so in another order',
        [...living, dead.both, dead.destination, dead.source],
        removed(dead.both, dead.destination, dead.source),
      ],
      ['exactly the share', [wirePolicy('web', 'db'), dead.both], removed(dead.both)],
      ['more than the share', [wirePolicy('web', 'db'), dead.both, dead.source], FAILED],
      ['nobody known', [dead.both], FAILED],
    ])('%s', async (_, policies, answer) => {
      if (policies.length > 0) await given(...policies);
      expect(await ask('off', 'admin', 'POST', CLEANUP)).toMatchObject(answer);
      const gone =
        answer === FAILED ? 0 : (JSON.parse((answer as Answer).body) as { total_policies: number }).total_policies;
      expect(await stored()).toBe(policies.length - gone);
    });

    it.each<Fault>(['error', 'empty', 'garbage', 'cut'])(
      'the Cloud Controller with fault %s removes nothing',
      async (fault) => {
        await given(...living, dead.both);
        cloud.cloudController.service.fault = fault;
        expect(await ask('off', 'admin', 'POST', CLEANUP)).toMatchObject(FAILED);
        expect(await stored()).toBe(4);
      },
    );

    it('asks anew, whatever was asked a moment ago', async () => {
      cloud.cloudController.addApps('space-a', 'short-lived');
      expect(await ask('off', 'writer', 'POST', POLICIES, [wirePolicy('web', 'short-lived')])).toMatchObject(OK);
      await given(...living);
      cloud.cloudController.apps.delete('short-lived');
      expect(totalIn(await ask('off', 'admin', 'POST', CLEANUP))).toBe(1);
    });

    it('is one change of the one who asked, with its reason', async () => {
      await given(...living, dead.both, dead.source);
      const token = await cloud.token(callers.admin);
      await planes.off.request('POST', CLEANUP, { token, body: 'whatever' });
      const { body } = await planes.off.request('GET', '/api/v1/changes?limit=1', { token });
      expect((JSON.parse(body) as { changes: unknown[] }).changes[0]).toMatchObject({
        actor: { name: 'admin' },
        address: '127.0.0.1',
        reason: 'cleanup on request of admin: the Cloud Controller no longer has an app of each',
        data: { removed: [expect.anything(), expect.anything()], added: [] },
      });
    });

    it('frees tags', async () => {
      await given(...living, dead.both);
      await ask('off', 'admin', 'POST', CLEANUP);
      const token = await cloud.token(callers.admin);
      const { body } = await planes.off.request('GET', '/api/v1/changes?limit=1', { token });
      expect(body).toMatch(/"tagsReleased":\[\{"app":"gone-1","tag":\d+\},\{"app":"gone-2","tag":\d+\}\]/);
    });
  });
});

function refusal(status: number, error: string): { status: number; body: string } {
  return { status, body: `{"error": ${JSON.stringify(error)}}` };
}

function totalIn({ status, body }: Answer): number {
  expect(status).toBe(200);
  return (JSON.parse(body) as { total_policies: number }).total_policies;
}
