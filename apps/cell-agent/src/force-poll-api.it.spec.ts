import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FatalError } from '@heddle/platform';
import { serveForcePollApi } from './force-poll-api';

describe('the endpoints of vxlan-policy-agent', () => {
  let sync: jest.Mock<Promise<void>>;
  let server: Server;
  beforeEach(async () => {
    sync = jest.fn(async () => {});
    server = await serveForcePollApi(0, sync);
  });
  afterEach(() => server.close());
  const port = () => (server.address() as AddressInfo).port;
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port()}${path}`, { method });
    return [response.status, await response.text()];
  };

  it.each(['GET', 'POST', 'PUT'])(
    'a forced cycle, by %s, is over when the kernel holds what the server has',
    async (method) => {
      let done = (): void => {};
      sync.mockImplementation(() => new Promise((resolve) => (done = resolve)));
      let isAnswered = false;
      const asking = ask('/force-policy-poll-cycle', method).finally(() => (isAnswered = true));
      while (sync.mock.calls.length === 0) await new Promise(setImmediate);
      expect(isAnswered).toBe(false);
      done();
      expect(await asking).toEqual([200, '']);
    },
  );

  it('one that fails is no success', async () => {
    sync.mockRejectedValue(new Error('no server'));
    expect(await ask('/force-policy-poll-cycle')).toEqual([500, 'failed to force policy poll cycle: no server']);
  });

  it.each([
    '/force-asgs-for-container?container=a',
    '/force-orphaned-asgs-cleanup?container=a',
    '/force-asgs-for-container',
  ])('security groups are left to the wrapper: %s', async (path) =>
    expect(await ask(path)).toEqual([405, 'ASG syncing has been disabled administratively']),
  );

  it.each(['/', '/force-policy-poll-cycle/', '//'])('nothing else is there: %s', async (path) => {
    expect((await ask(path))[0]).toBe(404);
    expect(sync).not.toHaveBeenCalled();
  });

  it('says which port is taken, and what to do', async () => {
    const second = serveForcePollApi(port(), sync);
    await expect(second).rejects.toBeInstanceOf(FatalError);
    await expect(second).rejects.toThrow(
      /of vxlan-policy-agent cannot be opened \(EADDRINUSE\).*HEDDLE_FORCE_POLL_PORT/,
    );
  });
});
