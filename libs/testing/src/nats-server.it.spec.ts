import { existsSync } from 'node:fs';
import { type TestNats, startTestNats } from './nats-server';

describe('a nats-server for tests', () => {
  let nats: TestNats;

  beforeEach(async () => {
    nats = await startTestNats();
  });
  afterEach(() => nats.stop());

  it('keeps port, passwords and acknowledged messages when it is killed and started again', async () => {
    const connection = await nats.connect();
    const manager = await connection.jetstreamManager();
    await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
    await connection.jetstream().publish('kept', 'one');

    await nats.kill();
    await expect(connection.request('kept', 'two', { timeout: 300 })).rejects.toThrow();
    await nats.restart();

    const again = await nats.connect();
    const stream = await (await again.jetstreamManager()).streams.info('KEPT');
    expect(stream.state.messages).toBe(1);
  });

  it('lets connections come back by themselves', async () => {
    const connection = await nats.connect();
    const statuses = connection.status();
    await nats.restart();
    for await (const { type } of statuses) if (type === 'reconnect') break;
    await connection.flush();
  });

  it('leaves nothing behind', async () => {
    const { dataDir } = nats;
    await nats.stop();
    expect(existsSync(dataDir)).toBe(false);
  });
});
