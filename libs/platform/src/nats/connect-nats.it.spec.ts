import { startTestNats, type TestNats } from '@heddle/testing';
import { FatalError } from '../errors';
import { connectNats } from './connect-nats';
import { freeLoopbackPort } from './loopback-port';

describe('connecting', () => {
  let nats: TestNats;
  beforeAll(async () => {
    nats = await startTestNats();
  });
  afterAll(() => nats.stop());

  it('takes user and password from the URL', async () => {
    const { user, pass } = nats.users.control;
    const connection = await connectNats({ servers: nats.url.replace('//', `//${user}:${pass}@`), name: 'test' });
    await connection.flush();
    await connection.close();
  });

  it('carries messages of 20 MB', async () => {
    const connection = await nats.connect();
    expect(connection.info?.max_payload).toBe(20 * 1024 * 1024);
    const payload = Buffer.alloc(20 * 1024 * 1024, 'x');
    const heard = connection.subscribe('large', {
      max: 1,
      callback: (_, message) => message.respond(`${message.data.length}`),
    });
    await connection.flush();
    expect((await connection.request('large', payload, { timeout: 20_000 })).string()).toBe(`${payload.length}`);
    heard.unsubscribe();
  });

  it('does not wait when user or password are wrong, and does not repeat the password', async () => {
    const began = performance.now();
    const connecting = connectNats({ servers: nats.url.replace('//', '//control:hunter2@'), name: 'test' });
    await expect(connecting).rejects.toBeInstanceOf(FatalError);
    await expect(connecting).rejects.toThrow(
      `nats-server at ${nats.url} refuses the connection ('Authorization Violation'): correct user and password in NATS_URL`,
    );
    // One that waits tries for 10 s.
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('waits for a server that is still starting', async () => {
    await nats.kill();
    const connecting = connectNats({ servers: nats.url, ...nats.users.control, name: 'test', withinMs: 10_000 });
    await nats.restart();
    await (await connecting).close();
  });

  it('gives up in time where there is none, naming the URL without the password', async () => {
    const servers = `nats://u:hunter2@127.0.0.1:${await freeLoopbackPort()}`;
    const connecting = connectNats({ servers, name: 'test', withinMs: 300 });
    await expect(connecting).rejects.toBeInstanceOf(FatalError);
    await expect(connecting).rejects.toThrow(
      `nats-server at ${servers.replace('u:hunter2@', '')} does not answer (CONNECTION_REFUSED): start it, or correct NATS_URL`,
    );
  });

  it('stops waiting when it is called off', async () => {
    const off = new AbortController();
    const servers = `nats://127.0.0.1:${await freeLoopbackPort()}`;
    const connecting = connectNats({ servers, name: 'test', signal: off.signal });
    off.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });
});
