import { startTestNats, type TestNats } from '@heddle/testing';
import type { JetStreamManager, NatsConnection } from 'nats';
import { CELL_STREAM, DRIFT_STREAM, ensureCellStreams, STATE_STREAM, UnfitServer } from './streams';

describe('the streams between control plane and cells', () => {
  let nats: TestNats;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  beforeAll(async () => {
    nats = await startTestNats();
    connection = await nats.connect();
    manager = await connection.jetstreamManager();
  });
  afterEach(() => Promise.all([STATE_STREAM, CELL_STREAM].map((name) => manager.streams.delete(name).catch(() => {}))));
  afterAll(() => nats.stop());

  const configOf = async (name: string) => (await manager.streams.info(name)).config;

  it('are made as the cells rely on them', async () => {
    await ensureCellStreams(connection);
    expect(await configOf(STATE_STREAM)).toMatchObject({
      max_msgs_per_subject: 1,
      allow_direct: true,
      republish: { src: 'heddle.state.>', dest: 'heddle.live.>' },
      storage: 'file',
      max_age: 0,
    });
    expect(await configOf(CELL_STREAM)).toMatchObject({
      subjects: ['heddle.cell.*.receipt', 'heddle.cell.*.containers'],
      max_bytes: 2 ** 30,
      max_age: 30 * 24 * 3600e9,
      storage: 'file',
    });
  });

  it('keep what they hold and how they were set when they are there', async () => {
    await ensureCellStreams(connection);
    const config = await configOf(CELL_STREAM);
    await manager.streams.update(CELL_STREAM, { ...config, max_bytes: 5_000_000 });
    await connection.jetstream().publish('heddle.state.app.web', 'x');
    await ensureCellStreams(connection);
    expect(await configOf(CELL_STREAM)).toEqual({ ...config, max_bytes: 5_000_000 });
    expect((await manager.streams.info(STATE_STREAM)).state.messages).toBe(1);
  });

  it('are made once when several control planes start together', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ensureCellStreams(connection)));
    expect(await manager.streams.names().next()).toEqual([CELL_STREAM, DRIFT_STREAM, STATE_STREAM]);
  });

  it.each([
    ['direct reads', { republish: { src: 'heddle.state.>', dest: 'heddle.live.>' } }],
    ['republishing', { allow_direct: true }],
  ])('are refused without %s, and left as they are', async (missing, has) => {
    await manager.streams.add({ name: STATE_STREAM, subjects: ['heddle.state.>'], ...has });
    const config = await configOf(STATE_STREAM);
    const ensuring = ensureCellStreams(connection);
    await expect(ensuring).rejects.toBeInstanceOf(UnfitServer);
    await expect(ensuring).rejects.toThrow(missing === 'direct reads' ? /direct reads of a stream/ : /republishing/);
    expect(await configOf(STATE_STREAM)).toEqual(config);
  });
});
