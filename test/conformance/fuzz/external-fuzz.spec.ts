import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TestControlPlane } from '../../support/control-plane';
import { mutatedRequest } from './mutated-request';
import { Random } from './random';

const REQUESTS = 20_000;
const CLIENTS = 16;
/** A request that is cut short waits for what never comes; nothing is to be learnt from waiting with it. */
const PATIENCE_MS = 150;
/** What the policies, the log and the tables of a test this long come to, with room to spare. */
const HEAP_GROWTH_BYTES = 24 * 1024 * 1024;

const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000);

describe(`${REQUESTS} mutated requests (FUZZ_SEED=${seed})`, () => {
  let server: TestControlPlane;

  beforeAll(async () => {
    server = await TestControlPlane.alone();
  }, 60_000);
  afterAll(() => server?.stop());

  it('break nothing and leave nothing behind', async () => {
    const heapAt: number[] = [];
    const broken: string[] = [];
    const statuses = new Map<number, number>();
    const random = new Random(seed);
    let left = REQUESTS;
    const client = async () => {
      while (left-- > 0) {
        if (left === REQUESTS >> 1) heapAt.push(heapAfterCollection());
        const request = mutatedRequest(random, server.token);
        const answer = await exchange(server.url, request);
        const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        // Without a Cloud Controller, the cleanup says that it cannot know.
        if (status >= 500 && !answer.endsWith('{"error": "policies cleanup failed"}'))
          broken.push(`${request.toString('latin1').slice(0, 2_000)}\n=> ${answer.slice(0, 500)}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    heapAt.push(heapAfterCollection());
    expect(broken).toEqual([]);
    // Each kind of answer was reached, so the mutations are neither too wild nor too tame.
    for (const status of [200, 400, 401, 404, 405, 406]) expect(statuses.get(status) ?? 0).toBeGreaterThan(20);
    expect((heapAt[1] ?? Infinity) - (heapAt[0] ?? 0)).toBeLessThan(HEAP_GROWTH_BYTES);
    expect((await server.request('GET', '/health')).status).toBe(200);
  }, 120_000);
});

/** What comes back for some bytes; empty when nothing does. */
function exchange(url: string, request: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let received = '';
    const socket = connect(Number(port), hostname);
    socket.setEncoding('utf8').setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('data', (text: string) => (received += text));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
    socket.write(request);
  });
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
