import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { request, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FatalError, UserError } from '@heddle/platform';
import { AddressesExhausted } from './address-pool';
import type { CniAnswer } from './cni/cni-commands';
import { containerRequest, type Container, type ContainerRequest } from './container';
import { serveSocket } from './socket-server';
import { container, silent } from './testing/samples';

/** Containers that only remember what they were asked for, and throw when told to. */
class AskedContainers {
  readonly added: ContainerRequest[] = [];
  readonly removed: string[] = [];
  error: Error | undefined;

  list = (): Container[] => [container('web', 2)];
  add = async (added: ContainerRequest): Promise<Container> => {
    if (this.error) throw this.error;
    this.added.push(added);
    return { ...added, address: '10.255.1.2', hostInterface: 's-010255001002' };
  };
  remove = async (handle: string): Promise<void> => {
    if (this.error) throw this.error;
    this.removed.push(handle);
  };
}

let directory: string;
let path: string;
let containers: AskedContainers;
let server: Server;
let stops: number;
let cniAnswer: (asked: unknown) => Promise<CniAnswer>;
const parts = () => ({
  ...{
    containers,
    cni: { answer: (asked: unknown) => cniAnswer(asked) },
    status: () => ({ cell: 'cell-1' }),
    logger: silent,
  },
  // Sent as it is; that it can be read as JSON is for the test alone.
  metrics: async () => '7',
  check: async () => ({ findings: [] }),
  stop: () => void stops++,
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'heddle-socket-'));
  path = join(directory, 'agent.sock');
  containers = new AskedContainers();
  stops = 0;
  server = await serveSocket(path, parts());
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(directory, { recursive: true });
});

function ask(method: string, url: string, body = ''): Promise<{ status?: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath: path, method, path: url }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, answer: JSON.parse(text) }));
    });
    asking.on('error', reject).end(body);
  });
}
const wanted = { handle: 'web-0', app: 'web', netns: '/run/netns/web-0' };
const post = (body: unknown) => ask('POST', '/v1/containers', typeof body === 'string' ? body : JSON.stringify(body));

describe('the agent’s local API', () => {
  it('gives its figures as text', async () => {
    expect(await ask('GET', '/v1/metrics')).toEqual({ status: 200, answer: 7 });
  });

  it('tries the overlay, and ends the agent, when asked', async () => {
    expect(await ask('POST', '/v1/check')).toEqual({ status: 200, answer: { findings: [] } });
    expect([await ask('POST', '/v1/stop'), stops]).toEqual([{ status: 202, answer: {} }, 1]);
  });

  it('says how the agent is, and which containers there are', async () => {
    expect(await ask('GET', '/v1/status')).toEqual({ status: 200, answer: { cell: 'cell-1' } });
    expect(await ask('GET', '/v1/containers')).toEqual({ status: 200, answer: { containers: [container('web', 2)] } });
  });

  it('adds a container, with what was left out', async () => {
    const whole = containerRequest.parse(wanted);
    expect(await post(wanted)).toEqual({
      status: 201,
      answer: { ...whole, address: '10.255.1.2', hostInterface: 's-010255001002' },
    });
    await post({ ...wanted, index: 3, space: 'space-1', org: 'org-1' });
    expect(containers.added).toEqual([whole, { ...whole, index: 3, space: 'space-1', org: 'org-1' }]);
  });

  it('answers the CNI plugin, whose configurations may be long, with what it is to print', async () => {
    cniAnswer = async (asked) => ({ isDone: true, body: { length: JSON.stringify(asked).length } });
    const long = JSON.stringify({ command: 'ADD', config: 'x'.repeat(1_000_000) });
    expect(await ask('POST', '/v1/cni', long)).toEqual({ status: 200, answer: { length: long.length } });
    cniAnswer = async () => ({ isDone: false, body: { code: 7 } });
    expect(await ask('POST', '/v1/cni', '{}')).toEqual({ status: 400, answer: { code: 7 } });
  });

  it('removes a container by its handle', async () => {
    expect(await ask('DELETE', '/v1/containers/web-0')).toEqual({ status: 200, answer: {} });
    await ask('DELETE', '/v1/containers/a%20b');
    expect(containers.removed).toEqual(['web-0', 'a b']);
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    { ...wanted, handle: '' },
    { ...wanted, handle: '../etc' },
    { ...wanted, handle: 'x'.repeat(129) },
    { ...wanted, app: '' },
    { ...wanted, app: 'x'.repeat(256) },
    { ...wanted, index: -1 },
    { ...wanted, index: 1.5 },
    { ...wanted, index: '0' },
    { ...wanted, netns: 'relative' },
    { ...wanted, netns: '/run/\0' },
    { ...wanted, space: '' },
    { ...wanted, address: '10.255.1.9' },
  ])('takes no container from %j', async (body) => {
    expect(await post(body)).toMatchObject({ status: 400, answer: { code: 'invalid-request' } });
    expect(containers.added).toEqual([]);
  });

  it('names what is wrong in a request', async () => {
    const { answer } = await post({ ...wanted, index: -1 });
    expect(answer).toMatchObject({ message: expect.stringMatching(/^index: /) as string });
  });

  it('takes no handle that is badly written', async () =>
    expect(await ask('DELETE', '/v1/containers/%E0%A4%A')).toMatchObject({ status: 400 }));

  it.each([
    ['GET', '/'],
    ['GET', '/v1/containers/web-0'],
    ['PUT', '/v1/containers'],
    ['POST', '/v1/status'],
    ['DELETE', '/v1/containers/web-0/more'],
    ['DELETE', '/v1/containers/'],
  ])('knows no %s %s', async (method, url) => {
    const message = `there is no ${method} ${url}`;
    expect(await ask(method, url)).toEqual({ status: 404, answer: { code: 'no-such-route', message } });
    expect(containers.removed).toEqual([]);
  });

  it('answers that a body is too large, however large it is', async () => {
    expect(await post({ ...wanted, app: 'x'.repeat(70_000) })).toMatchObject({
      status: 413,
      answer: { code: 'body-too-large' },
    });
    expect(await post({ ...wanted, app: 'x'.repeat(20_000_000) })).toMatchObject({ status: 413 });
    expect(await post({ ...wanted, app: 'é'.repeat(40_000) })).toMatchObject({ status: 413 });
    expect(containers.added).toEqual([]);
    expect(await post(wanted)).toMatchObject({ status: 201 });
  });

  it.each([
    [409, 'handle-taken', new UserError('handle-taken', 'it is taken')],
    [409, 'addresses-exhausted', new AddressesExhausted('10.255.1.0/24')],
    [500, 'failed', new Error('the kernel refused')],
  ])('answers %i %s when it cannot be done', async (status, code, error) => {
    containers.error = error;
    const problem = { status, answer: { code, message: error.message } };
    expect(await post(wanted)).toEqual(problem);
    expect(await ask('DELETE', '/v1/containers/web-0')).toEqual(problem);
  });

  it('goes on when a client goes away in the middle', async () => {
    const client = connect(path);
    await new Promise((resolve) => client.once('connect', resolve));
    client.write('POST /v1/containers HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"handle":');
    client.destroy();
    expect(await post(wanted)).toMatchObject({ status: 201 });
    expect(containers.added).toHaveLength(1);
  });
});

describe('the socket', () => {
  it('is for its owner alone', async () => expect((await stat(path)).mode & 0o777).toBe(0o600));

  it('takes the place of one that a killed agent left behind', async () => {
    const left = join(directory, 'left.sock');
    await writeFile(left, '');
    const second = await serveSocket(left, parts());
    expect((await stat(left)).isSocket()).toBe(true);
    await new Promise((resolve) => second.close(resolve));
  });

  it('that cannot be made is a reason to stop, and says what to do', async () => {
    const serving = serveSocket(join(directory, 'missing/agent.sock'), parts());
    await expect(serving).rejects.toBeInstanceOf(FatalError);
    await expect(serving).rejects.toThrow(/HEDDLE_AGENT_SOCKET/);
  });
});
