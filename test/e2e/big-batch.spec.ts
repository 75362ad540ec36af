import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestNats, type TestNats } from '@heddle/testing';
import { bigBodies, type BigBody } from '../support/big-bodies';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { DELETE, POLICIES, wirePolicy } from '../support/policies';

const TAGS = '/networking/v1/external/tags';
/** Whoever asks for health while a large batch is applied waits no longer than this, also on a machine that is busy elsewhere. */
const LONGEST_WAIT_MS = 2_000;

describe('a batch of 10 MiB', () => {
  const { body, policies } = bigBodies().find(({ name }) => name === 'guids') as BigBody;
  let nats: TestNats;
  let directory: string;
  let server: ControlPlaneProcess;

  beforeAll(async () => {
    nats = await startTestNats();
    directory = await mkdtemp(join(tmpdir(), 'heddle-big-'));
    server = await ControlPlaneProcess.start(nats, directory);
  }, 90_000);
  afterAll(async () => {
    await server?.stop();
    await nats?.stop();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const send = (path: string, bytes: Buffer): Promise<Response> =>
    fetch(new URL(path, server.url), {
      method: 'POST',
      headers: { authorization: `bearer ${server.token}` },
      body: new Uint8Array(bytes),
    });
  const get = async <T>(path: string): Promise<T> => JSON.parse((await server.request('GET', path)).body) as T;
  const logEnd = async () => (await get<{ position: number }>('/healthz')).position;
  const listed = async () => (await get<{ total_policies: number }>(POLICIES)).total_policies;

  /** The longest that anybody waited for health, asked for again and again until the work is done. */
  async function longestWaitDuring(work: Promise<unknown>): Promise<number> {
    let isDone = false;
    const done = work.finally(() => (isDone = true));
    let longest = 0;
    while (!isDone) {
      const at = performance.now();
      expect((await server.request('GET', '/health')).status).toBe(200);
      longest = Math.max(longest, performance.now() - at);
      await delay(10);
    }
    await done;
    return longest;
  }

  it('is stored as a whole or not at all', async () => {
    const before = await logEnd();
    const wrong = JSON.stringify(wirePolicy('web', '', 8080));
    const withOneWrong = Buffer.from(
      body
        .toString()
        .replace(/\]\}$/, '')
        .slice(0, -200_000)
        .replace(/,\{[^]{0,300}$/, `,${wrong}]}`),
    );
    const answer = await send(POLICIES, withOneWrong);
    expect([answer.status, await answer.text()]).toEqual([
      400,
      '{"error": "mapper: validate policies: missing destination id"}',
    ]);
    expect(await logEnd()).toBe(before);
    expect(await listed()).toBe(0);
  }, 60_000);

  it('is one event, while others are answered', async () => {
    const before = await logEnd();
    let answer: Response | undefined;
    const waited = await longestWaitDuring(send(POLICIES, body).then((response) => (answer = response)));
    expect([answer?.status, await answer?.text()]).toEqual([200, '{}']);
    expect(await logEnd()).toBe(before + 1);
    expect(waited).toBeLessThan(LONGEST_WAIT_MS);
  }, 120_000);

  it('is listed whole', async () => {
    expect(await listed()).toBe(policies);
    expect(await get<{ total_policies: number }>(`${POLICIES}?id=nobody`)).toMatchObject({ total_policies: 0 });
  }, 120_000);

  it('is taken back by one request, and its tags with it', async () => {
    const before = await logEnd();
    expect((await send(DELETE, body)).status).toBe(200);
    expect(await logEnd()).toBe(before + 1);
    expect(await listed()).toBe(0);
    expect(await get(TAGS)).toEqual({ tags: [] });
  }, 120_000);
});
