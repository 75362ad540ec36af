import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_WITHIN_MS = 60_000;
const REPOSITORY = join(__dirname, '../../..').replace(/\/dist$/, '');

/** What one change request answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The whole of Heddle as `npm start` runs it, in a data directory of its own and on a free port. */
export class RunningHeddle {
  private static readonly started = new Set<RunningHeddle>();

  private constructor(
    readonly dataDir: string,
    readonly url: string,
    /** Everything it printed on stdout. */
    readonly printed: () => string,
    private readonly child: ChildProcess,
    private readonly ownsDataDir: boolean,
  ) {}

  /** Starts the launcher from the build and waits for its `ready` line. */
  static async start(environment: NodeJS.ProcessEnv = {}): Promise<RunningHeddle> {
    const dataDir = environment.HEDDLE_DATA_DIR ?? mkdtempSync(join(tmpdir(), 'heddle-run-'));
    const child = spawn(process.execPath, [join(REPOSITORY, 'dist/apps/launcher/src/main.js')], {
      env: {
        ...process.env,
        HEDDLE_HTTP_PORT: '0',
        HEDDLE_LOG_LEVEL: 'warn',
        HEDDLE_DATA_DIR: dataDir,
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-10_000)));
    const url = await new Promise<string>((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`not ready within ${READY_WITHIN_MS} ms:\n${said}`)),
        READY_WITHIN_MS,
      );
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        const ready = /^ready (\S+)$/m.exec(printed)?.[1];
        if (ready === undefined) return;
        clearTimeout(late);
        resolve(ready);
      });
      child.once('exit', (code) => {
        clearTimeout(late);
        reject(new Error(`ended with ${code} before it was ready:\n${said}`));
      });
    });
    const heddle = new RunningHeddle(dataDir, url, () => printed, child, environment.HEDDLE_DATA_DIR === undefined);
    RunningHeddle.started.add(heddle);
    return heddle;
  }

  /** Stops every one that a failed test left running. */
  static async stopAll(): Promise<void> {
    for (const heddle of RunningHeddle.started) await heddle.stop();
  }

  /** The admin token, as a user would find it. */
  get token(): string {
    return readFileSync(join(this.dataDir, 'admin.token'), 'utf8').trim();
  }

  /** The id of the launcher. */
  get pid(): number {
    return this.child.pid as number;
  }

  /** A request with the admin token. */
  async request(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(new URL(path, this.url), {
      method,
      // A test that waited for a command did not see the server close the connection it would use again.
      headers: { authorization: `bearer ${this.token}`, connection: 'close', ...headers },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: await response.text() };
  }

  /** What a GET answers, which must be 200. */
  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.request('GET', path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body}`);
    return JSON.parse(body) as T;
  }

  /** Ends it as a crash would. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Asks it to end, waits for that, and removes the data directory if it was made here. @returns the exit code */
  async stop(): Promise<number | null> {
    await this.end('SIGTERM');
    if (this.ownsDataDir) rmSync(this.dataDir, { recursive: true, force: true });
    return this.child.exitCode;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    RunningHeddle.started.delete(this);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    await exited;
  }
}
