import { randomUUID } from 'node:crypto';
import { TestControlPlane } from '../support/control-plane';

const GUARDRAILS = '/api/v1/guardrails';
const good = { from: { is: 'none-of', apps: ['router'] }, to: { is: 'one-of', apps: ['db'] }, mode: 'refuse' };

describe('guardrails as they are asked for', () => {
  let server: TestControlPlane;

  beforeAll(async () => {
    server = await TestControlPlane.alone();
    // So that there is a change 1, and one behind it.
    for (const name of ['first', 'only-router']) await call('PUT', `${GUARDRAILS}/${name}`, good);
  }, 60_000);
  afterAll(() => server?.stop());

  const call = async (method: string, path: string, body?: unknown, token?: string) => {
    const answer = await server.request(method, path, { body, token });
    return [answer.status, JSON.parse(answer.body) as { code?: string; detail?: string }] as const;
  };

  it.each<[string, string, unknown, string]>([
    ['a name with capitals', 'Only', good, 'the request: the name of a guardrail has small letters'],
    ['no JSON', 'g', 'x', 'the body is not JSON'],
    ['no mode', 'g', { ...good, mode: undefined }, 'mode: '],
    ['another mode', 'g', { ...good, mode: 'allow' }, 'mode: '],
    ['nobody', 'g', { ...good, from: { is: 'one-of' } }, 'from: names no app and no space'],
    ['an empty GUID', 'g', { ...good, to: { is: 'one-of', apps: [''] } }, 'to.apps.0: '],
    ['an inverted range', 'g', { ...good, ports: { start: 2, end: 1 } }, 'ports.end: '],
    ['a port that is none', 'g', { ...good, ports: { start: 0, end: 1 } }, 'ports.start: '],
    ['a member too many', 'g', { ...good, reason: 'x' }, 'the request: '],
    ['too many apps', 'g', { ...good, to: { is: 'one-of', apps: Array.from({ length: 101 }, String) } }, 'to.apps: '],
  ])('are refused with %s', async (_, name, body, words) => {
    const [status, { detail }] = await call('PUT', `${GUARDRAILS}/${name}`, body);
    expect([status, detail?.slice(0, words.length)]).toEqual([400, words]);
  });

  it('that are not there are not found', async () => {
    expect(await call('DELETE', `${GUARDRAILS}/none`)).toMatchObject([404, { code: 'no-such-guardrail' }]);
    expect(await call('GET', `${GUARDRAILS}/none/violations`)).toMatchObject([404, { code: 'no-such-guardrail' }]);
  });

  it.each([
    ['since=999999', 404, 'no-such-change'],
    ['since=2&until=1', 400, 'inverted-window'],
    ['since=soon', 400, 'invalid-request'],
    ['after=x', 400, 'invalid-request'],
    ['limit=0', 400, 'invalid-request'],
  ])('are not asked about ?%s', async (query, status, code) => {
    expect(await call('GET', `${GUARDRAILS}/only-router/violations?${query}`)).toMatchObject([status, { code }]);
  });

  it.each<[string, string, string, number]>([
    ['audit.read', 'GET', '', 200],
    ['audit.read', 'PUT', '/g', 403],
    ['audit.read', 'DELETE', '/g', 403],
    ['network.write', 'GET', '', 403],
    ['network.write', 'PUT', '/g', 403],
  ])('with the scope %s alone: %s %s is %i', async (scope, method, path, status) => {
    const token = await server.tokenFor(randomUUID(), [scope]);
    expect((await call(method, GUARDRAILS + path, method === 'PUT' ? good : undefined, token))[0]).toBe(status);
  });
});
