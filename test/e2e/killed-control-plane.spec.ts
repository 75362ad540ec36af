import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startTestNats, type TestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../support/control-plane-process';
import { relayTo, type OneWayRelay } from '../support/one-way-relay';
import { POLICIES, policiesBody, wirePolicy } from '../support/policies';

const body = policiesBody(wirePolicy('web', 'db'));

describe('a control plane that is cut off or killed between append and answer', () => {
  let nats: TestNats;
  let relay: OneWayRelay;
  let dataDir: string;
  const running: ControlPlaneProcess[] = [];

  beforeEach(async () => {
    nats = await startTestNats();
    relay = await relayTo(nats.port);
    dataDir = await mkdtemp(join(tmpdir(), 'heddle-killed-'));
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((one) => one.stop()));
    relay.close();
    await nats.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  const start = async (url: string): Promise<ControlPlaneProcess> => {
    const started = await ControlPlaneProcess.start(nats, dataDir, url);
    running.push(started);
    return started;
  };

  it('leaves a request that has one effect when it is tried again', async () => {
    const first = await start(relay.url);
    relay.holdAnswers();
    const unanswered = first.request('POST', POLICIES, body).catch(() => 'cut off');
    await logHolds(1);
    await first.kill();
    expect(await unanswered).toBe('cut off');

    const second = await start(nats.url);
    expect(await second.request('POST', POLICIES, body)).toEqual({ status: 200, body: '{}' });
    const { body: listed } = await second.request('GET', POLICIES);
    expect(JSON.parse(listed)).toMatchObject({ total_policies: 1 });
    const { body: audit } = await second.request('GET', '/api/v1/changes');
    const types = (JSON.parse(audit) as { changes: { type: string }[] }).changes.map(({ type }) => type);
    expect(types).toEqual(['policies-confirmed.v1', 'policies-changed.v1']);
  }, 60_000);

  it('appends once, however often it has to try until the answer comes through', async () => {
    const server = await start(relay.url);
    relay.holdAnswers();
    const answered = server.request('POST', POLICIES, body);
    await logHolds(1);
    await delay(1_500);
    relay.releaseAnswers();
    expect(await answered).toEqual({ status: 200, body: '{}' });
    await logHolds(1);
  }, 60_000);

  it('does not take a request for done that was never appended', async () => {
    const first = await start(nats.url);
    await nats.kill();
    const unanswered = first.request('POST', POLICIES, body).catch(() => 'cut off');
    await delay(300);
    await first.kill();
    expect(await unanswered).toBe('cut off');
    await nats.restart();
    const second = await start(nats.url);
    expect(JSON.parse((await second.request('GET', POLICIES)).body)).toMatchObject({ total_policies: 0 });
  }, 60_000);

  /** Asks the server itself, past every relay. */
  async function logHolds(events: number): Promise<void> {
    const { streams } = await (await nats.connect()).jetstreamManager();
    const deadline = performance.now() + 5_000;
    for (;;) {
      const { state } = await streams.info('HEDDLE_LOG');
      if (state.messages === events) return;
      if (state.messages > events || performance.now() > deadline)
        throw new Error(`the log holds ${state.messages} events`);
      await delay(10);
    }
  }
});
