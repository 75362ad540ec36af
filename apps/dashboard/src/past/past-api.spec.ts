import { createApi, requestsOf } from '../api/api';
import { RequestRefused } from '../api/errors';
import { pastApi } from './past-api';

const never = new AbortController().signal;
const lease = {
  underlayAddress: '10.0.0.1',
  overlaySubnet: '10.255.1.0/24',
  overlayHardwareAddress: 'ee:ee:0a:ff:01:00',
};
const container = { handle: 'web-0', app: 'web', index: 0, address: '10.255.1.2', space: null, org: null };

/** The API after change 7, with an answer for each path with its query. */
function answering(answers: Record<string, unknown>) {
  const asked: string[] = [];
  const fetch = async (path: RequestInfo | URL) => {
    asked.push(String(path));
    const answer = answers[String(path)];
    return answer === undefined ? Response.json({ detail: 'unknown' }, { status: 404 }) : Response.json(answer);
  };
  return { asked, api: pastApi(createApi('secret', fetch), requestsOf('secret', fetch), 7) };
}

it('reads every page of the policies that stood', async () => {
  const policy = (start: number) => ({ source: 'a', destination: 'b', protocol: 'tcp', start, end: start });
  const { api } = answering({
    '/api/v1/policies?at=7&limit=5000': { policies: [{ ...policy(1), since: 1, until: null }], next: '1.0' },
    '/api/v1/policies?at=7&limit=5000&after=1.0': { policies: [policy(2)], next: null },
  });
  expect(await api.policies(never)).toEqual([policy(1), policy(2)]);
});

it('makes cells of leases and of what cells had told, and says nothing of what is not known', async () => {
  const placements = [
    { ...container, cell: 'cell-1' },
    { ...container, cell: 'cell-2', handle: 'x', app: null, index: null },
    { ...container, cell: 'cell-2', handle: 'db-0', app: 'db', index: null },
  ];
  const { api } = answering({
    '/api/v1/leases?at=7&limit=5000': { leases: [{ cell: 'cell-1', ...lease }], next: null },
    '/api/v1/placements?at=7&limit=5000': { placements, next: null },
  });
  expect(await api.cells(never)).toMatchObject([
    { cell: 'cell-1', state: 'past', lease, lagMs: null, containers: [container] },
    { cell: 'cell-2', state: 'past', lease: null, containers: [{ handle: 'db-0', app: 'db', index: 0 }] },
  ]);
});

it('shows cells without containers where nobody knows those, and fails where there is no answer', async () => {
  const early = answering({ '/api/v1/leases?at=7&limit=5000': { leases: [{ cell: 'cell-1', ...lease }], next: null } });
  expect(await early.api.cells(never)).toMatchObject([{ cell: 'cell-1', containers: [] }]);
  await expect(answering({}).api.cells(never)).rejects.toThrow(RequestRefused);
});

it('lists no changes that came later', async () => {
  const { api, asked } = answering({});
  await api.changes({ app: '', before: null }, never).catch(() => undefined);
  await api.changes({ app: '', before: 3 }, never).catch(() => undefined);
  expect(asked).toEqual(['/api/v1/changes?limit=50&before=8', '/api/v1/changes?limit=50&before=3']);
});
