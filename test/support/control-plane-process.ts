import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestNats } from '@heddle/testing';

const MAIN = join(__dirname.replace(/\/dist\//, '/'), '../../dist/apps/control-plane/src/main.js');

/** A control plane as a process of its own, that can be killed. */
export class ControlPlaneProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly token: string,
    private readonly internal: string | null,
  ) {}

  /**
   * Starts it from the build.
   * @param natsUrl another way to the server than the direct one
   * @param environment more settings, by the names of their variables
   * @param withinMs how long it may take until it is up to date with the log
   */
  static async start(
    nats: TestNats,
    dataDir: string,
    natsUrl = nats.url,
    environment: Record<string, string> = {},
    withinMs = 60_000,
  ): Promise<ControlPlaneProcess> {
    const child = fork(MAIN, {
      env: {
        PATH: process.env.PATH,
        NATS_URL: natsUrl,
        HEDDLE_NATS_USER: nats.users.control.user,
        HEDDLE_NATS_PASSWORD: nats.users.control.pass,
        HEDDLE_DATA_DIR: dataDir,
        HEDDLE_HTTP_PORT: '0',
        HEDDLE_LOG_LEVEL: 'error',
        ...environment,
      },
    });
    const [{ ready, internal }] = (await once(child, 'message', { signal: AbortSignal.timeout(withinMs) })) as [
      { ready: string; internal: string | null },
    ];
    const token = (await readFile(join(dataDir, 'admin.token'), 'utf8')).trim();
    return new ControlPlaneProcess(child, ready, token, internal);
  }

  /** Where the internal API is. */
  get internalUrl(): string {
    if (this.internal === null) throw new Error('this control plane was started without certificates');
    return this.internal;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** A request with the admin token. */
  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string }> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { ...headers, authorization: `bearer ${this.token}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return { status: response.status, body: await response.text() };
  }

  /** Waits until it has ended by itself. */
  async exited(withinMs: number): Promise<void> {
    if (this.isOver) return;
    await once(this.child, 'exit', { signal: AbortSignal.timeout(withinMs) });
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.isOver) return;
    const exited = once(this.child, 'exit');
    this.child.kill(signal);
    await exited;
  }
}
