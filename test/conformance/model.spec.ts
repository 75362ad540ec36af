import fc from 'fast-check';
import { CertificateAuthority } from '../support/certificates';
import { TestCloudFoundry } from '../support/cloud-foundry';
import type { TestControlPlane } from '../support/control-plane';
import { InternalClient } from '../support/internal-client';
import { internalSettings } from '../support/internal-server';
import { type ModelRequest, PolicyServerModel } from './model/policy-server-model';
import { anyRequest, APPS, CALLERS, HERE, type RequestByName, written } from './model/requests';

const SEQUENCES = 40;
/** Chance may leave out what takes several requests of one sequence; then there are as many again. */
const MOST_ROUNDS = 5;
const LONGEST = 30;
const QUOTA = 3;
const CLEANUP_MAX_SHARE = 0.5;

const KINDS = [
  ...['policies 200', 'policies 400', 'policies 401', 'policies 403', 'policies 406', 'policies 500'],
  ...['policies/delete 200', 'policies/delete 403', 'policies/cleanup 200', 'policies/cleanup 500'],
  ...['tags 200', 'tags 400', 'tags 404', 'tags 405', 'tags 500', 'whoami 200'],
];

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

describe(`${SEQUENCES} random sequences of requests, beside a model of Cloud Foundry's policy server (FUZZ_SEED=${seed})`, () => {
  let cloud: TestCloudFoundry;
  let authority: CertificateAuthority;
  let server: TestControlPlane;
  let cell: InternalClient;
  const tokens = new Map<string, string | null>();
  const spaceOf = new Map<string, string>();
  const statuses = new Map<string, number>();
  // One byte, so that the tags can run out. They are not held back: there is no cell that could still know an old one.
  const model = new PolicyServerModel({ quota: QUOTA, lastTag: 255, cleanupMaxShare: CLEANUP_MAX_SHARE, spaceOf });
  let sequences = 0;

  beforeAll(async () => {
    cloud = await TestCloudFoundry.start();
    authority = await CertificateAuthority.create();
    server = await cloud.startControlPlane({
      ...(await internalSettings(authority)),
      HEDDLE_MAX_POLICIES_PER_APP_SOURCE: String(QUOTA),
      HEDDLE_CLEANUP_MAX_SHARE: String(CLEANUP_MAX_SHARE),
      HEDDLE_TAG_LENGTH: '1',
    });
    cell = new InternalClient(server.internalUrl, authority.cert, await authority.issue('cell-1'));
    for (const [name, { subject, scopes, spaces }] of Object.entries(CALLERS)) {
      const holder = name === 'client' ? { client: subject } : { user: subject };
      if (!scopes) tokens.set(name, scopes === null ? null : 'forged');
      else tokens.set(name, await cloud.token({ ...holder, scopes }));
      for (const space of spaces) cloud.cloudController.addRole(`${subject}-id`, space);
    }
  }, 60_000);
  afterAll(async () => {
    cell?.close();
    await cloud?.stop();
    await authority?.remove();
  });

  async function send({ api, method, version, path, query, body, isCloudControllerDown }: RequestByName, who: string) {
    const target = `/networking/${encodeURIComponent(version)}/${api}/${path}${query === undefined ? '' : `?${query}`}`;
    if (api === 'internal') return cell.ask(method, target, body);
    cloud.cloudController.service.fault = isCloudControllerDown ? 'error' : 'none';
    const token = tokens.get(who);
    const answer = await server.request(method, target, { body, token: token as string | null });
    cloud.cloudController.service.fault = 'none';
    return answer;
  }
  const mark = async () => BigInt(await cell.get('policies_last_updated'));

  /** A request to the server and to the model. */
  async function compare(request: RequestByName): Promise<void> {
    const before = await mark();
    const { status, body } = await send(request, request.caller);
    const { moves, ...wanted } = model.answer({ ...request, caller: CALLERS[request.caller] } as ModelRequest);
    expect({ status, body, moves: (await mark()) > before }).toEqual({ ...wanted, moves });
    const kind = `${request.path} ${status}`;
    statuses.set(kind, (statuses.get(kind) ?? 0) + 1);
  }

  /** Every sequence begins without policies, and with names of its own. Tags that others reserved stay taken. */
  async function begin(): Promise<string> {
    const prefix = `s${++sequences}-`;
    for (const [app, space] of APPS) {
      const name = app.replaceAll(HERE, prefix);
      spaceOf.set(name, space);
      cloud.cloudController.addApps(space, name);
    }
    const byAdmin = { api: 'external', version: 'v1', caller: 'admin' } as const;
    const { body } = await server.request('GET', '/networking/v1/external/policies', { token: tokens.get('admin') });
    if (!body.startsWith('{"total_policies":0,'))
      await compare({ ...byAdmin, method: 'POST', path: 'policies/delete', body });
    return prefix;
  }

  /** The kinds of answers that no sequence has reached yet. */
  const missing = (): string[] => KINDS.filter((kind) => !statuses.has(kind));

  it('are answered alike, to the letter, and reach every kind of answer', async () => {
    const alike = fc.asyncProperty(
      fc.array(anyRequest, { minLength: 1, maxLength: LONGEST, size: 'max' }),
      async (requests) => {
        const prefix = await begin();
        for (const request of requests) await compare(written(request, prefix));
      },
    );
    for (let round = 0; round === 0 || (round < MOST_ROUNDS && missing().length > 0); round++)
      await fc.assert(alike, { seed: seed + round, numRuns: SEQUENCES });
    expect(missing()).toEqual([]);
  }, 600_000);
});
