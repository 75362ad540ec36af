import { createApi } from './api';
import { RequestRefused, TokenRefused, UnreadableAnswer } from './errors';

const never = new AbortController().signal;

/** An API whose server gives one answer; the requests it got are kept. */
function answering(status: number, body: unknown) {
  const requests: Request[] = [];
  const api = createApi('secret', async (path, options) => {
    requests.push(new Request(new URL(String(path), 'http://heddle.test'), options));
    return Response.json(body, { status });
  });
  return { api, requests };
}

describe('the API as the page needs it', () => {
  it('reads policies in the format of Cloud Foundry', async () => {
    const { api, requests } = answering(200, {
      total_policies: 1,
      policies: [{ source: { id: 'web' }, destination: { id: 'db', protocol: 'tcp', ports: { start: 1, end: 2 } } }],
    });
    expect(await api.policies(never)).toEqual([
      { source: 'web', destination: 'db', protocol: 'tcp', start: 1, end: 2 },
    ]);
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer secret');
  });

  it('asks for the changes of one app before a sequence, with whatever the name of the app contains', async () => {
    const { api, requests } = answering(200, { changes: [], next: null });
    await api.changes({ app: 'a&b=c', before: 42 }, never);
    const query = new URL(requests[0]?.url ?? '').searchParams;
    expect([query.get('app'), query.get('before')]).toEqual(['a&b=c', '42']);
  });

  it('goes on from an event only when there is one', async () => {
    const { api, requests } = answering(200, {});
    await api.stream(null, never);
    await api.stream('12.7', never);
    expect(requests.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '12.7']);
  });

  it.each([401, 403])('tells a refused token from other refusals (%i)', async (status) => {
    const { api } = answering(status, { title: 'Forbidden', detail: 'the token lacks network.admin' });
    await expect(api.cells(never)).rejects.toThrow(new TokenRefused('the token lacks network.admin'));
  });

  it.each([
    [{ detail: 'the read model is away', title: 'Unavailable' }, 'the read model is away'],
    [{ error: 'mapper: missing policies' }, 'mapper: missing policies'],
    ['nonsense', '503'],
  ])('gives the words of the control plane: %j', async (body, words) => {
    const { api } = answering(503, body);
    await expect(api.cells(never)).rejects.toThrow(new RequestRefused(503, words));
  });

  it('refuses an answer of another shape', async () => {
    const { api } = answering(200, { cells: [{ cell: 'cell-1', state: 'asleep' }] });
    await expect(api.cells(never)).rejects.toThrow(UnreadableAnswer);
  });
});
