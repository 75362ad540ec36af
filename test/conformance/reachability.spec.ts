import { allows, type Policy } from '@heddle/domain';
import { describeOnEachDatabase } from '@heddle/testing';
import fc from 'fast-check';
import { TestControlPlane } from '../support/control-plane';
import { DELETE, POLICIES, policiesBody, wirePolicy } from '../support/policies';
import { heddle } from '../support/heddle';

const REACH = '/api/v1/reachability';

interface Range {
  readonly protocol: string;
  readonly start: number;
  readonly end: number;
}
interface Edge {
  readonly source: string;
  readonly destination: string;
  readonly ports: Range[];
}
interface Difference extends Omit<Edge, 'ports'> {
  readonly what: string;
  readonly before: Range[];
  readonly after: Range[];
  readonly changes: number[];
}

const app = fc.constantFrom('web', 'api', 'db', 'Web', 'ü');
const policy: fc.Arbitrary<Policy> = fc
  .record({
    ...{ source: app, destination: app, protocol: fc.constantFrom('tcp' as const, 'udp' as const) },
    ...{ start: fc.integer({ min: 1, max: 6 }), length: fc.integer({ min: 0, max: 3 }) },
  })
  .map(({ length, ...rest }) => ({ ...rest, end: rest.start + length }));
const request = fc.record({ adds: fc.boolean(), policies: fc.array(policy, { minLength: 1, maxLength: 4 }) });

const keyOf = (one: Policy) => JSON.stringify([one.source, one.destination, one.protocol, one.start, one.end]);
const pairOf = ({ source, destination }: { source: string; destination: string }) =>
  JSON.stringify([source, destination]);
const portsOf = (ranges: readonly Range[]) =>
  ranges.flatMap(({ protocol, start, end }) =>
    Array.from({ length: end - start + 1 }, (_, i) => `${protocol} ${start + i}`),
  );
const wire = ({ source, destination, start, end, protocol }: Policy) =>
  wirePolicy(source, destination, start, end, protocol);

/** What every pair may use, port by port. */
function reachOf(policies: readonly Policy[]): Map<string, Set<string>> {
  const reach = new Map<string, Set<string>>();
  for (const one of policies) reach.set(pairOf(one), new Set([...(reach.get(pairOf(one)) ?? []), ...portsOf([one])]));
  return reach;
}

function closure(policies: readonly Policy[], from: string): Set<string> {
  const reached = new Set([from]);
  for (let size = 0; size !== reached.size;) {
    size = reached.size;
    for (const { source, destination } of policies) if (reached.has(source)) reached.add(destination);
  }
  return reached;
}

describeOnEachDatabase('reachability', (databases) => {
  let server: TestControlPlane;
  /** The policies after each change; the first is of none. */
  const sets: Policy[][] = [[]];

  beforeAll(async () => {
    server = await TestControlPlane.alone(databases);
  }, 90_000);
  afterAll(() => server?.stop());

  const send = async (adds: boolean, policies: readonly Policy[], reason?: string) => {
    const headers: Record<string, string> = reason === undefined ? {} : { 'x-heddle-reason': reason };
    const body = policiesBody(...policies.map(wire));
    expect((await server.request('POST', adds ? POLICIES : DELETE, { body, headers })).status).toBe(200);
    const named = new Map(policies.map((one) => [keyOf(one), one]));
    const others = (sets.at(-1) ?? []).filter((one) => !named.has(keyOf(one)));
    sets.push(adds ? [...others, ...named.values()] : others);
    return sets.length - 1;
  };
  const everyPage = async <Item>(path: string) => {
    const found: Item[] = [];
    for (let next: string | null = ''; next !== null;) {
      const after: string = next === '' ? '' : `&after=${next}`;
      const page: { edges: Item[]; next: string | null } = await server.get(`${REACH}/${path}&limit=3${after}`);
      found.push(...page.edges);
      next = page.next;
    }
    return found;
  };
  const refusal = async (path: string) => {
    const { status, body } = await server.request('GET', `${REACH}${path}`);
    return [status, (JSON.parse(body) as { code: string }).code];
  };

  it('is what a look at every policy says: for each pair and port, over hops, and between any two moments', async () => {
    const property = fc.asyncProperty(
      fc.array(request, { minLength: 4, maxLength: 6 }),
      policy,
      async (requests, asked) => {
        for (const { adds, policies } of requests) await send(adds, policies);
        for (let at = Math.max(1, sets.length - 4); at < sets.length; at++) {
          const policies = sets[at] as Policy[];
          const edges = await everyPage<Edge>(`pairs?at=${at}`);
          expect(new Map(edges.map((edge) => [pairOf(edge), new Set(portsOf(edge.ports))]))).toEqual(reachOf(policies));
          await expectVerdict(at, asked);
          await expectHops(at, asked.source);
          const since = Math.max(1, at - 3);
          await expectDifference(since, at);
        }
      },
    );
    await fc.assert(property, { numRuns: 4 });
  }, 240_000);

  async function expectVerdict(at: number, { source, destination, protocol, start }: Policy): Promise<void> {
    const query = new URLSearchParams({ from: source, to: destination, protocol, port: String(start), at: String(at) });
    const { status, body } = await server.request('GET', `${REACH}?${query.toString()}`);
    const ever = sets.flat().some((one) => [one.source, one.destination].includes(source));
    const everTo = sets.flat().some((one) => [one.source, one.destination].includes(destination));
    if (!ever || !everTo) return expect(status).toBe(404);
    const traffic = { protocol, port: start };
    const allowed = (sets[at] as Policy[]).some(
      (one) => pairOf(one) === pairOf({ source, destination }) && allows(one, traffic),
    );
    expect(JSON.parse(body)).toMatchObject({ asOf: { seq: at }, allowed });
  }

  async function expectHops(at: number, from: string): Promise<void> {
    const { status, body } = await server.request('GET', `${REACH}/hops?from=${encodeURIComponent(from)}&at=${at}`);
    if (status === 404) return;
    const { hops, complete } = JSON.parse(body) as { hops: { app: string }[][]; complete: boolean };
    const reached = [from, ...hops.flat().map((one) => one.app)];
    expect([reached.length, complete]).toEqual([new Set(reached).size, true]);
    expect(new Set(reached)).toEqual(closure(sets[at] as Policy[], from));
  }

  async function expectDifference(since: number, until: number): Promise<void> {
    const differences = await everyPage<Difference>(`diff?since=${since}&until=${until}`);
    const [before, after] = [since, until].map((seq) => reachOf(sets[seq] as Policy[]));
    const expected = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])].filter(
      (pair) => [...(before?.get(pair) ?? [])].sort().join() !== [...(after?.get(pair) ?? [])].sort().join(),
    );
    expect(differences.map(pairOf).sort()).toEqual(expected.sort());
    for (const one of differences) {
      expect(new Set(portsOf(one.before))).toEqual(before?.get(pairOf(one)) ?? new Set());
      expect(new Set(portsOf(one.after))).toEqual(after?.get(pairOf(one)) ?? new Set());
    }
  }

  const web_to_x: Policy = { source: 'web', destination: 'x', protocol: 'tcp', start: 443, end: 443 };

  it('tells by whom it was allowed, and by whom it was ended and why; the command line likewise', async () => {
    const added = await send(true, [web_to_x], 'NET-41');
    const removed = await send(false, [web_to_x], 'NET-42');
    const verdict = await server.get<{ reason: string }>(`${REACH}?from=web&to=x&port=443&at=${added}`);
    expect(verdict).toMatchObject({
      ...{ asOf: { seq: added }, source: 'web', destination: 'x', port: 443, allowed: true, last: null },
      policies: [{ ...web_to_x, added: { seq: added, actor: 'admin', reason: 'NET-41' }, removed: { seq: removed } }],
    });
    expect(verdict.reason).toMatch(new RegExp(`^allowed by change ${added} of admin, 20.*Z, reason NET-41$`));
    const denied = await server.get<{ reason: string }>(`${REACH}?from=web&to=x`);
    expect(denied).toMatchObject({
      allowed: false,
      policies: [],
      last: { removed: { seq: removed, reason: 'NET-42' } },
    });
    expect(denied.reason).toMatch(
      new RegExp(`^denied: no policy; one existed until 20.*Z, removed by admin in change ${removed}, reason NET-42$`),
    );
    const never = await server.get<{ reason: string }>(`${REACH}?from=x&to=web`);
    expect(never.reason).toBe('denied: no policy, and there was none before');

    const said = await heddle(server, 'reach', 'check', 'web', 'x', '--at', String(added));
    expect(said).toMatch(
      /^web → x: allowed, as of change \d+, 20.*\n {2}tcp 443 by change \d+ of admin, 20.*: “NET-41”\n$/,
    );
    expect(await heddle(server, 'reach', 'check', 'web', 'x')).toMatch(
      /^web → x: denied, as of .*\n {2}no policy; one existed \(tcp 443\), removed by change \d+ of admin, 20.*: “NET-42”\n$/,
    );
    const diff = await heddle(server, 'reach', 'diff', '--since', String(added), '--until', String(removed));
    expect(diff).toMatch(
      new RegExp(`^as of change ${added}, .* → as of change ${removed}, .*\n.*\n- +web +x +tcp 443 +${removed}\n$`),
    );
    expect(await heddle(server, 'reach', 'hops', 'web', '--hops', '1', '--at', String(added))).toMatch(
      /\n +1 +x +web +tcp 443/,
    );
    expect(await heddle(server, 'reach', 'list', '--at', String(added))).toMatch(/\nweb +x +tcp 443/);
  });

  it('has bounds, and says where more is behind them', async () => {
    const chain = ['h0', 'h1', 'h2', 'h3'];
    const steps = chain.slice(1).map((to, i) => ({ ...web_to_x, source: chain[i] as string, destination: to }));
    await send(true, steps);
    const apps = async (query: string) => {
      const { hops, complete } = await server.get<{ hops: { app: string }[][]; complete: boolean }>(
        `${REACH}/hops?from=h0${query}`,
      );
      return [hops.flat().map((one) => one.app), complete];
    };
    expect(await apps('')).toEqual([['h1', 'h2', 'h3'], true]);
    expect(await apps('&hops=3')).toEqual([['h1', 'h2', 'h3'], true]);
    expect(await apps('&hops=2')).toEqual([['h1', 'h2'], false]);
    expect(await apps('&limit=2')).toEqual([['h1', 'h2'], false]);
  });

  it.each([
    ['?from=web&to=nobody', 404, 'no-such-app'],
    ['/hops?from=nobody', 404, 'no-such-app'],
    ['?from=web', 400, 'invalid-request'],
    ['?from=web&to=db&port=0', 400, 'invalid-request'],
    ['?from=web&to=db&protocol=icmp', 400, 'invalid-request'],
    ['?from=web&to=db&at=99999', 404, 'no-such-change'],
    ['/diff?since=3&until=2', 400, 'inverted-window'],
    ['/diff', 400, 'invalid-request'],
    ['/pairs?limit=5001', 400, 'invalid-request'],
    ['/pairs?after=x', 400, 'invalid-request'],
    ['/hops?from=web&hops=65', 400, 'invalid-request'],
  ])('has no answer for %s', async (path, status, code) => expect(await refusal(path)).toEqual([status, code]));
});
