import { isDeepStrictEqual } from 'node:util';
import { ReportSender } from '@heddle/cell-protocol';
import { describeOnEachDatabase, until } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';
import { error, V0, V1 } from './row';

const GUARDRAILS = '/api/v1/guardrails';
const CHANGES = '/api/v1/changes';

interface Violations {
  readonly violations: {
    readonly source: string;
    readonly start: number;
    readonly certain: boolean;
    readonly since: { readonly seq: number };
    readonly until: { readonly seq: number } | null;
  }[];
  readonly next: string | null;
}
interface Told {
  readonly change: number | null;
  readonly standing: Violations;
  readonly violations: Record<string, unknown>[];
  readonly data: { readonly violations?: unknown } | null;
  readonly code?: string;
  readonly detail?: string;
}

describeOnEachDatabase('guardrails', (databases) => {
  let server: TestControlPlane;

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases);
  }, 90_000);
  afterAll(() => server?.stop());
  afterEach(async () => {
    const { guardrails } = await server.get<{ guardrails: { name: string }[] }>(GUARDRAILS);
    for (const { name } of guardrails) await call('DELETE', `${GUARDRAILS}/${name}`);
    const { policies } = await server.get<{ policies: Record<string, unknown>[] }>('/api/v1/policies');
    const plain = policies.map(({ source, destination, protocol, start, end }) => {
      return { source, destination, protocol, start, end };
    });
    if (plain.length > 0) await call('POST', CHANGES, { type: 'remove-policies', policies: plain });
  });

  const policy = (start: number, source = 'web', destination = 'db') => {
    return { source, destination, protocol: 'tcp', start, end: start };
  };
  const wire = (base: string, start: number, source = 'web') => {
    const ports = base === V0 ? { port: start } : { ports: { start, end: start } };
    return { policies: [{ source: { id: source }, destination: { id: 'db', protocol: 'tcp', ...ports } }] };
  };
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    more: { headers?: Record<string, string>; token?: string } = {},
  ): Promise<readonly [number, Told]> => {
    const answer = await server.request(method, path, { body, ...more });
    return [answer.status, JSON.parse(answer.body) as Told];
  };
  const only = (app: string, mode = 'refuse') => ({
    from: { is: 'none-of', apps: [app] },
    to: { is: 'one-of', apps: ['db'] },
    mode,
  });
  const because = (reason: string) => ({ headers: { 'X-Heddle-Reason': reason } });
  const set = async (name: string, body: unknown, more = {}) => {
    const [status, told] = await call('PUT', `${GUARDRAILS}/${name}`, body, more);
    expect([status, told.detail]).toEqual([200, undefined]);
    return told;
  };
  const add = async (...policies: object[]) =>
    (await call('POST', CHANGES, { type: 'add-policies', policies }))[1].change as number;
  const newest = async () => (await server.get<{ changes: { seq: number }[] }>(`${CHANGES}?limit=1`)).changes[0]!.seq;
  const newestRefused = async () => {
    type Attempt = { code: string; message: string; asked: object };
    const { refused } = await server.get<{ refused: Partial<Attempt>[] }>('/api/v1/refused?app=web&limit=1');
    return refused[0] ?? {};
  };
  const AGAINST =
    "the policy web → db tcp 1 is against the guardrail 'only-router' (PCI 1.2): leave it out, or have the guardrail changed first";

  it.each([V0, V1])(
    'refuse what is added by %s, in its form of errors, and it stands among what was refused',
    async (base) => {
      await set('only-router', only('router'), because('PCI 1.2'));
      const before = await newest();
      const answer = await server.request('POST', `${base}/policies`, { body: wire(base, 1) });
      expect([answer.status, answer.body]).toEqual([403, error(AGAINST)]);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'x-heddle-guardrails': 'only-router',
      });
      expect(await newest()).toBe(before);
      await until(async () => {
        const { code, message } = await newestRefused();
        return message === AGAINST && code === 'guardrail-violated';
      });
      const passed = await server.request('POST', `${base}/policies`, { body: wire(base, 1, 'router') });
      expect([passed.status, passed.body, passed.headers['x-heddle-guardrails']]).toEqual([200, '{}', undefined]);
    },
  );

  it('refuse what is added by the native route, and what is undone', async () => {
    const added = await add(policy(1));
    const [, removed] = await call('POST', CHANGES, { type: 'remove-policies', policies: [policy(1)] });
    await set('only-router', only('router'), because('PCI 1.2'));
    const refusal = [403, expect.objectContaining({ code: 'guardrail-violated', detail: AGAINST })];
    expect(await call('POST', CHANGES, { type: 'add-policies', policies: [policy(2, 'router'), policy(1)] })).toEqual(
      refusal,
    );
    const undo = `${CHANGES}/${removed.change}/revert`;
    expect(await call('POST', undo)).toEqual(refusal);
    const asked = { path: undo, command: 'restore-policies', policies: 1, named: [policy(1)] };
    await until(async () => isDeepStrictEqual((await newestRefused()).asked, { method: 'POST', ...asked }));
    expect((await call('POST', `${undo}?dryRun=true`))[1].violations).toEqual([
      { guardrail: 'only-router', mode: 'refuse', policies: 1, listed: [policy(1)] },
    ]);
    expect((await call('POST', `${CHANGES}/${added}/revert`))[0]).toBe(200);
  });

  it('warn where they are to: the change says so, and so does the answer of each route', async () => {
    await set('only-router', only('router', 'warn'));
    await set('no-web', { ...only('router', 'warn'), from: { is: 'one-of', apps: ['web'] } });
    const answer = await server.request('POST', `${V1}/policies`, { body: wire(V1, 1) });
    expect([answer.status, answer.body, answer.headers['x-heddle-guardrails']]).toEqual([
      ...[200, '{}', 'only-router, no-web'],
    ]);
    const warnings = (start: number) =>
      ['only-router', 'no-web'].map((guardrail) => ({ guardrail, mode: 'warn', policies: 1, listed: [policy(start)] }));
    expect(await server.get(`${CHANGES}/${await newest()}`)).toMatchObject({ data: { violations: warnings(1) } });
    const [, told] = await call('POST', CHANGES, { type: 'add-policies', policies: [policy(2)] });
    expect(told.data?.violations).toEqual(warnings(2));
  });

  it('tell a plan what it would be against, also where they would refuse it', async () => {
    await set('only-router', only('router'));
    await set('watched', only('router', 'warn'));
    const before = await newest();
    const [status, plan] = await call('POST', `${CHANGES}?dryRun=true`, {
      type: 'add-policies',
      policies: [policy(1)],
    });
    const violation = (guardrail: string, mode: string) => ({ guardrail, mode, policies: 1, listed: [policy(1)] });
    expect([status, plan.violations]).toEqual([
      200,
      [violation('only-router', 'refuse'), violation('watched', 'warn')],
    ]);
    expect(plan.data?.violations).toEqual([violation('watched', 'warn')]);
    expect(await newest()).toBe(before);
  });

  it('may be set while something is against them, and say what and since when', async () => {
    const added = await add(policy(1), policy(2, 'router'));
    const { change, standing } = await set('only-router', only('router'));
    expect(standing).toMatchObject({
      until: { seq: change },
      violations: [{ ...policy(1), certain: true, since: { seq: added, actor: 'admin' }, until: null }],
      next: null,
    });
    expect((await set('only-router', only('router'))).change).toBeNull();
    // It stands already, so nothing comes about by asking for it again.
    expect((await server.request('POST', `${V1}/policies`, { body: wire(V1, 1) })).body).toBe('{}');
  });

  it('are listed as they stood at any moment', async () => {
    const first = (await set('only-router', only('router', 'warn'))).change;
    const second = (await set('only-router', only('router'), because('stricter'))).change;
    const at = async (moment: number | null) =>
      (await server.get<{ guardrails: unknown[] }>(`${GUARDRAILS}?at=${moment}`)).guardrails;
    const whole = { name: 'only-router', from: { is: 'none-of', apps: ['router'], spaces: [] } };
    expect(await at(first)).toEqual([
      { ...whole, to: { is: 'one-of', apps: ['db'], spaces: [] }, mode: 'warn', since: first },
    ]);
    expect(await at(second)).toMatchObject([{ ...whole, mode: 'refuse', reason: 'stricter', since: second }]);
    const [, { change }] = await call('DELETE', `${GUARDRAILS}/only-router`);
    expect(await at(change)).toEqual([]);
    expect(await server.get(`${CHANGES}?app=router&limit=1`)).toMatchObject({
      changes: [{ seq: change, type: 'guardrail-removed.v1', data: { guardrail: { name: 'only-router' } } }],
    });
  });

  it('go by the space that cells say an app is in, and say where nobody knows it', async () => {
    const connection = await server.nats.connect('cell');
    const cell = new ReportSender(connection, 'cell-1');
    try {
      const container = (app: string, space: string) => {
        return { handle: app, app, index: 0, address: '10.255.1.2', space, org: null };
      };
      cell.holds({ cell: 'cell-1', containers: [container('in-dev', 'dev'), container('in-prod', 'prod')] });
      await until(async () => (await server.get<{ cells: unknown[] }>('/api/v1/cells')).cells.length === 1);
      const noDev = { from: { is: 'one-of', spaces: ['dev'] }, to: { is: 'one-of', apps: ['db'] } };
      await set('no-dev', { ...noDev, mode: 'refuse' });
      const sent = async (source: string) => {
        const [status, { detail, data }] = await call('POST', CHANGES, {
          type: 'add-policies',
          policies: [policy(1, source)],
        });
        return [status, detail ?? data];
      };
      expect(await sent('in-dev')).toEqual([403, expect.stringMatching(/^the policy in-dev → db tcp 1 is against/)]);
      expect(await sent('in-prod')).toEqual([
        200,
        expect.objectContaining({ spaces: [{ app: 'in-prod', space: 'prod' }] }),
      ]);
      expect(await sent('nowhere')).toEqual([403, expect.stringMatching(/since nobody knows the space of nowhere/)]);
      await set('no-dev', { ...noDev, mode: 'warn' });
      expect(await sent('nowhere')).toMatchObject([
        200,
        { violations: [{ guardrail: 'no-dev', policies: 1, unsure: 1 }] },
      ]);
      expect(await server.get(`${GUARDRAILS}/no-dev/violations?since=${await newest()}`)).toMatchObject({
        violations: [{ source: 'nowhere', certain: false }],
      });
    } finally {
      await cell.close();
      await connection.close();
    }
  });

  describe('tell over history', () => {
    it('which policies were against them, by whose change, from when until when', async () => {
      const added = await add(policy(1), policy(2), policy(3, 'router'));
      const [, { change: removed }] = await call('POST', CHANGES, { type: 'remove-policies', policies: [policy(1)] });
      await set('only-router', only('router'));
      const violations = (query = '') => server.get<Violations>(`${GUARDRAILS}/only-router/violations${query}`);
      const brief = async (query?: string) =>
        (await violations(query)).violations
          .filter(({ since }) => since.seq >= added)
          .map(({ start, since, until: end }) => [start, since.seq, end?.seq ?? null]);
      expect(await brief()).toEqual([
        [1, added, removed],
        [2, added, null],
      ]);
      expect(await brief(`?since=${removed}`)).toEqual([[2, added, null]]);
      expect(await brief(`?until=${added - 1}`)).toEqual([]);
      const checked = await server.request('POST', `${GUARDRAILS}/check?since=${added}`, {
        body: { from: { is: 'one-of', apps: ['web'] }, to: { is: 'none-of' }, ports: { start: 1, end: 1 } },
      });
      expect((JSON.parse(checked.body) as Violations).violations).toMatchObject([
        { start: 1, until: { seq: removed } },
      ]);
    });

    it('page by page', async () => {
      await add(...Array.from({ length: 5 }, (_, i) => policy(i + 1)), policy(6, 'router'));
      await set('only-router', only('router'));
      const seen: number[] = [];
      const from = await newest();
      for (let after = ''; ;) {
        const path = `${GUARDRAILS}/only-router/violations?since=${from}&limit=2${after}`;
        const page = await server.get<Violations>(path);
        seen.push(...page.violations.map(({ start }) => start));
        expect(page.violations.length).toBeLessThanOrEqual(2);
        if (page.next === null) break;
        after = `&after=${page.next}`;
      }
      expect(seen).toEqual([1, 2, 3, 4, 5]);
    });
  });

  it('are in the tables what the log makes of them, also when those are made anew', async () => {
    await set('only-router', only('router'));
    const listed = await server.get(GUARDRAILS);
    for (const what of ['compare', 'rebuild', 'compare']) {
      const { body } = await server.request('POST', `/api/v1/audit/${what}`);
      expect(JSON.parse(body.trimEnd().split('\n').at(-1) as string)).toMatchObject({ comparison: { isEqual: true } });
    }
    expect(await server.get(GUARDRAILS)).toEqual(listed);
  }, 60_000);
});
