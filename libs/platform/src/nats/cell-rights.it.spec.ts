import { Empty, type JetStreamManager, type NatsConnection, StringCodec } from 'nats';
import { startTestNats, type TestNats } from '@heddle/testing';

const text = StringCodec();

/** Long enough for an answer on one machine, short enough for the requests that get none. */
const ANSWER_MS = 500;

describe('the rights of a cell', () => {
  let nats: TestNats;
  let control: NatsConnection;
  let cell: NatsConnection;
  let manager: JetStreamManager;

  beforeAll(async () => {
    nats = await startTestNats();
    [control, cell] = await Promise.all([nats.connect('control'), nats.connect('cell')]);
    manager = await control.jetstreamManager();
    await manager.streams.add({
      name: 'HEDDLE_STATE',
      subjects: ['heddle.state.>'],
      allow_direct: true,
      republish: { src: 'heddle.state.>', dest: 'heddle.live.>' },
    });
    await manager.streams.add({ name: 'HEDDLE_LOG', subjects: ['heddle.log.>'], allow_direct: true });
    await control.jetstream().publish('heddle.state.app.web', 'document 1');
    await control.jetstream().publish('heddle.log.policy', 'a fact');
  });
  afterAll(() => nats.stop());

  /** The subject the server refuses while something is done. */
  async function refusedSubject(act: () => unknown): Promise<string> {
    const statuses = cell.status();
    await act();
    for await (const { type, permissionContext } of statuses)
      if (type === 'error' && permissionContext) return permissionContext.subject;
    throw new Error('the connection was closed');
  }

  it.each(['HEDDLE_STATE.heddle.state.app.web', 'HEDDLE_STATE'])(
    'reads documents by direct get: %s',
    async (subject) => {
      const request = subject === 'HEDDLE_STATE' ? text.encode('{"last_by_subj":"heddle.state.app.web"}') : Empty;
      const answer = await cell.request(`$JS.API.DIRECT.GET.${subject}`, request, { timeout: ANSWER_MS });
      expect(answer.string()).toBe('document 1');
      expect(answer.headers?.get('Nats-Subject')).toBe('heddle.state.app.web');
    },
  );

  it('hears documents live', async () => {
    const heard = cell.subscribe('heddle.live.state.app.db', { max: 1 });
    const heardByRepublish = cell.subscribe('heddle.live.>', { max: 1 });
    await cell.flush();
    await control.jetstream().publish('heddle.state.app.db', 'document 2');
    for await (const message of heardByRepublish) expect(message.string()).toBe('document 2');
    heard.unsubscribe();
  });

  it.each(['heddle.cell.cell-1.receipt', 'heddle.lease.acquire'])('says and asks: %s', async (subject) => {
    const listening = control.subscribe(subject, { max: 1, callback: (_, message) => message.respond('heard') });
    await control.flush();
    const answer = await cell.request(subject, 'x', { timeout: ANSWER_MS });
    expect(answer.string()).toBe('heard');
    listening.unsubscribe();
  });

  it.each([
    'heddle.state.app.web',
    'heddle.log.policy',
    'heddle.live.app.web',
    '$JS.API.CONSUMER.CREATE.HEDDLE_STATE',
    '$JS.API.CONSUMER.DURABLE.CREATE.HEDDLE_STATE.mine',
    '$JS.API.STREAM.DELETE.HEDDLE_STATE',
    '$JS.API.STREAM.INFO.HEDDLE_STATE',
    '$JS.API.STREAM.MSG.GET.HEDDLE_LOG',
    '$JS.API.DIRECT.GET.HEDDLE_LOG.heddle.log.policy',
    '_INBOX.of-someone-else',
  ])('does not include publishing to %s', async (subject) =>
    expect(await refusedSubject(() => cell.publish(subject, 'x'))).toBe(subject),
  );

  it.each(['heddle.log.>', 'heddle.state.>', 'heddle.cell.>', '_INBOX.>', '>'])(
    'does not include hearing %s',
    async (subject) =>
      expect(await refusedSubject(() => cell.subscribe(subject, { callback: () => undefined }))).toBe(subject),
  );

  it('left no trace of what was refused', async () => {
    const [state, log] = await Promise.all(['HEDDLE_STATE', 'HEDDLE_LOG'].map((name) => manager.streams.info(name)));
    expect(state?.state).toMatchObject({ messages: 2, consumer_count: 0 });
    expect(log?.state).toMatchObject({ messages: 1, consumer_count: 0 });
  });
});
