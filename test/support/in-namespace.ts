import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** How a request from inside a namespace ended. */
export interface Visit {
  /** What the server said, or `refused`, `no answer`, or curl's own words. */
  readonly result: string;
  readonly ms: number;
}

const REFUSED = 7;
const TIMED_OUT = 28;
const PATIENCE_SECONDS = 2;

/** Asks an HTTP server from inside a network namespace, as a user of the lab would: with curl. */
export async function visit(namespace: string, address: string, port: number): Promise<Visit> {
  const begun = performance.now();
  const url = `http://${address}:${port}`;
  const result = await new Promise<string>((resolve) => {
    const args = ['netns', 'exec', namespace, 'curl', '-sS', '-m', String(PATIENCE_SECONDS), url];
    execFile('ip', args, (error, stdout, stderr) => {
      if (!error) resolve(stdout.trim());
      else resolve(error.code === REFUSED ? 'refused' : error.code === TIMED_OUT ? 'no answer' : stderr);
    });
  });
  return { result, ms: performance.now() - begun };
}

/** Visits until the result is as wanted, at most for five seconds. @returns the last result */
export async function visitUntil(namespace: string, address: string, port: number, wanted: RegExp): Promise<string> {
  const deadline = performance.now() + 5_000;
  for (;;) {
    const { result } = await visit(namespace, address, port);
    if (wanted.test(result) || performance.now() > deadline) return result;
    await delay(20);
  }
}

/** A TCP connection that is held open from inside a namespace, and speaks twenty times a second. */
export class HeldConnection {
  private constructor(
    private readonly child: ChildProcess,
    /** Resolves with how the connection ended. */
    readonly ended: Promise<string>,
  ) {}

  static async open(namespace: string, address: string, port: number): Promise<HeldConnection> {
    const script = `
      const socket = require('node:net').connect(${port}, '${address}', () => process.send('connected'));
      const speak = setInterval(() => socket.write('GET /hello HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'), 50);
      socket.resume();
      const end = (how) => { clearInterval(speak); process.send(how, () => process.exit(0)); };
      socket.on('error', ({ code }) => end(code));
      socket.on('close', () => end('closed'));`;
    const args = [`--net=/run/netns/${namespace}`, '--', process.execPath, '-e', script];
    const child = spawn('nsenter', args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const [first] = (await once(child, 'message')) as [string];
    if (first !== 'connected') throw new Error(`could not connect: ${first}`);
    const ended = once(child, 'message').then(([how]) => how as string);
    return new HeldConnection(child, ended);
  }

  /** Resolves once it is cut: by a reset, which some reads and writes see as an end or a broken pipe. */
  async isCut(): Promise<boolean> {
    return ['ECONNRESET', 'EPIPE', 'closed'].includes(await this.ended);
  }

  /** Whether it is still open after so many milliseconds. */
  async isOpenAfter(ms: number): Promise<boolean> {
    return Promise.race([this.ended.then(() => false), delay(ms).then(() => true)]);
  }

  close(): void {
    this.child.kill();
  }
}
