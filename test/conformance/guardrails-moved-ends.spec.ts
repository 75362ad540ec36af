import { describeOnEachDatabase, startTestNats, type TestNats } from '@heddle/testing';
import { TestControlPlane } from '../support/control-plane';

const GUARDRAIL = '/api/v1/guardrails/only-router';

interface Violations {
  readonly violations: readonly {
    readonly start: number;
    readonly since: { readonly seq: number };
    readonly until: { readonly seq: number } | null;
    readonly expires?: string;
  }[];
  readonly next: string | null;
}

describeOnEachDatabase('a policy against a guardrail whose end moves', (databases) => {
  let nats: TestNats;
  let server: TestControlPlane;
  /** The changes of the policy of port 7: between them are those of another one. */
  const seqs = { added: 0, other: 0, moved: 0, widened: 0, limited: 0, removed: 0, again: 0 };

  beforeAll(async () => {
    nats = await startTestNats();
    const location = await databases.fresh();
    server = await TestControlPlane.start(nats, 'databaseUrl' in location ? location.databaseUrl : undefined);
    seqs.added = await change('add-policies', 7, '1h');
    seqs.other = await change('add-policies', 8);
    seqs.moved = await change('limit-policies', 7, '20m');
    seqs.widened = await change('add-policies', 7);
  }, 90_000);
  afterAll(async () => {
    await server?.stop();
    await nats?.stop();
  });

  const change = async (type: string, port: number, expires?: string) => {
    const policies = [{ source: 'web', destination: 'db', protocol: 'tcp', start: port, end: port }];
    const answer = await server.request('POST', '/api/v1/changes', {
      body: { type, policies, ...(expires !== undefined && { expires }) },
      headers: { 'X-Heddle-Reason': 'a visit' },
    });
    expect([answer.status, answer.body]).toEqual([200, expect.any(String)]);
    return (JSON.parse(answer.body) as { change: number }).change;
  };
  const brief = ({ violations }: Violations) =>
    violations.map(({ start, since, until, expires }) => [
      ...[start, since.seq, until?.seq ?? null],
      expires !== undefined,
    ]);
  const told = async (query: string) => server.get<Violations>(`${GUARDRAIL}/violations?${query}`);

  it('is told once to whoever sets the guardrail, since the change that added it', async () => {
    const { status, body } = await server.request('PUT', GUARDRAIL, {
      body: { from: { is: 'none-of', apps: ['router'] }, to: { is: 'one-of', apps: ['db'] }, mode: 'warn' },
    });
    expect(status).toBe(200);
    const { standing } = JSON.parse(body) as { standing: Violations };
    expect(brief(standing)).toContainEqual([7, seqs.added, null, false]);
    expect(standing.violations).toHaveLength(2);
  });

  it('is told once over history, with its last end', async () => {
    seqs.limited = await change('limit-policies', 7, '10m');
    expect(brief(await told('since=1'))).toEqual([
      [7, seqs.added, null, true],
      [8, seqs.other, null, false],
    ]);
  });

  it('is told with the whole time that it stood, whichever part of it is looked at', async () => {
    seqs.removed = await change('remove-policies', 7);
    seqs.again = await change('add-policies', 7);
    const { added, other, moved, widened, limited, removed, again } = seqs;
    const [whole, another] = [
      [7, added, removed, true],
      [8, other, null, false],
    ];
    expect(brief(await told(`since=${added}&until=${added}`))).toEqual([whole]);
    expect(brief(await told(`since=${other}&until=${other}`))).toEqual([whole, another]);
    for (const [since, until] of [
      [moved, moved],
      [moved, limited],
      [widened, removed],
    ])
      expect(brief(await told(`since=${since}&until=${until}`))).toEqual([another, whole]);
    expect(brief(await told(`since=${removed}&until=${removed}`))).toEqual([another]);
    expect(brief(await told(`since=${removed}`))).toEqual([another, [7, again, null, false]]);
    expect(brief(await told('since=1'))).toEqual([whole, another, [7, again, null, false]]);
  });

  it('is told on one page and on no other', async () => {
    const pages: unknown[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Violations = await told(`since=${seqs.other}&limit=1${next && `&after=${next}`}`);
      pages.push(...brief(page).map(([port, since]) => [port, since]));
      next = page.next;
    }
    expect(pages).toEqual([
      [7, seqs.added],
      [8, seqs.other],
      [7, seqs.again],
    ]);
  });
});
