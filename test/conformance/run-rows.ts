import type { Policy } from '@heddle/domain';
import type { Answer, TestControlPlane } from '../support/control-plane';
import { listV1, V1, wireV1, type Row } from './row';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/;
const NOSNIFF = { 'x-content-type-options': 'nosniff' };
const SAFETY = {
  ...NOSNIFF,
  'x-xss-protection': '1; mode=block',
  'x-frame-options': 'deny',
  'content-security-policy': "frame-ancestors 'none'",
};
/** Between the two ends of a connection; they say nothing of the API. */
const OF_THE_CONNECTION = ['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'];

const SCOPES = { writer: ['network.write'], nobody: ['openid', 'other'] };

/** Makes a test of each row. Between them nothing is kept. */
export function runRows(rows: readonly Row[], server: () => TestControlPlane): void {
  it.each(rows.map((row) => [`${row.method ?? 'GET'} ${row.path.slice(0, 80)} ${row.about}`, row] as const))(
    '%s',
    async (_, row) => {
      await store(server(), row.given ?? []);
      const answer = await send(server(), row);
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: row.status,
        body: typeof row.answer === 'string' ? row.answer : expect.stringMatching(row.answer),
      });
      expect(ofTheApi(answer)).toEqual(wantedHeaders(row));
      if (row.leaves) expect((await server().request('GET', `${V1}/policies`)).body).toBe(listV1(...row.leaves));
    },
  );
}

/** Sends what a row says. */
export async function send(
  server: TestControlPlane,
  { method = 'GET', path, headers, body, as = 'admin' }: Row,
): Promise<Answer> {
  const authorization = typeof as === 'object' ? as : {};
  const token =
    as === 'admin' ? undefined : as === 'writer' || as === 'nobody' ? await server.tokenFor(as, SCOPES[as]) : null;
  return server.request(method, path, { body, headers: { ...headers, ...authorization }, token });
}

async function store(server: TestControlPlane, wanted: readonly Policy[]): Promise<void> {
  const stored = (await server.request('GET', `${V1}/policies`)).body;
  if (stored === listV1(...wanted)) return;
  if (stored !== listV1()) await change(server, 'policies/delete', stored);
  if (wanted.length > 0) await change(server, 'policies', { policies: wanted.map(wireV1) });
}

async function change(server: TestControlPlane, path: string, body: unknown): Promise<void> {
  const { status, body: words } = await server.request('POST', `${V1}/${path}`, { body });
  if (status !== 200) throw new Error(`the state before the row could not be made: ${status} ${words}`);
}

function ofTheApi({ headers }: Answer): object {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.includes(name)));
}

function wantedHeaders({ kind, answer, status, headers, with: more = {} }: Row): object {
  const type = answer === '' ? {} : { 'content-type': 'text/plain; charset=utf-8' };
  const given = headers?.['X-VCAP-Request-ID'];
  const id = expect.stringMatching(new RegExp(`^${given ? `${given}::` : ''}${UUID.source}$`)) as unknown;
  const usual =
    kind === 'bare'
      ? NOSNIFF
      : {
          ...SAFETY,
          ...(kind !== 'options' && { 'x-vcap-request-id': id }),
          ...(status === 401 && { 'www-authenticate': 'Bearer' }),
        };
  const extra = Object.entries(more).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : (expect.stringMatching(value) as unknown),
  ]);
  return { ...type, ...usual, ...Object.fromEntries(extra) };
}
