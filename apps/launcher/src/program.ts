import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FatalError, type Logger } from '@heddle/platform';

/** A program of Heddle that this process starts, and starts again when it ends by itself. */
export interface ProgramOptions {
  /** What it is called in messages: `cell-agent cell-1`. */
  readonly name: string;
  /** Its place in the build, below `apps`: `cell-agent`. */
  readonly app: string;
  readonly environment: NodeJS.ProcessEnv;
  /** What Node is told about its runtime: `--max-semi-space-size=1`. */
  readonly nodeOptions?: readonly string[];
  /** The network namespace it runs in, as a path; that of this process without it. */
  readonly namespace?: string;
  readonly logger: Logger;
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** A program that ran for this long before it ended is started again without growing pauses. */
const STEADY_MS = 30_000;

/** A program ended before it was ready. With an exit code of its own it has said why, and nothing needs to be added. */
export class EndedTooEarly extends FatalError {
  constructor(
    name: string,
    readonly exitCode: number | null,
    signal: NodeJS.Signals | null,
  ) {
    super(`${name} ended before it was ready (${signal ?? `exit code ${exitCode}`})`);
    this.name = 'EndedTooEarly';
  }
}

/** A program under supervision. */
export class Program {
  private child: ChildProcess | undefined;
  private stopping = false;
  private supervision: Promise<void> = Promise.resolve();

  private constructor(private readonly options: ProgramOptions) {}

  /**
   * Starts a program and waits until it says that it is ready.
   * @returns the program, and what it said.
   * @throws {EndedTooEarly} when it ends before that.
   */
  static async start(options: ProgramOptions): Promise<{ program: Program; said: string }> {
    const program = new Program(options);
    const said = await program.run();
    program.supervision = program.supervise();
    return { program, said };
  }

  /** Asks the program to end, and ends it when it does not in time. */
  async stop(): Promise<void> {
    this.stopping = true;
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const force = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      child.kill('SIGTERM');
      await ended(child);
      clearTimeout(force);
    }
    await this.supervision;
  }

  private async run(): Promise<string> {
    const { name, app, environment, nodeOptions = [], namespace } = this.options;
    const main = join(__dirname, '../..', app, 'src/main.js');
    const inside = namespace ? ['nsenter', `--net=${namespace}`, '--'] : [];
    const [command, ...args] = [...inside, process.execPath, ...nodeOptions, main];
    const child = spawn(command as string, args, { env: environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child = child;
    return new Promise<string>((resolve, reject) => {
      const late = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
      child.once('message', (message) => {
        clearTimeout(late);
        resolve((message as { ready: string }).ready);
      });
      child.once('error', (cause) => reject(new FatalError(`${name} cannot be started: ${cause.message}`, { cause })));
      child.once('exit', (code, signal) => {
        clearTimeout(late);
        reject(new EndedTooEarly(name, code, signal));
      });
    });
  }

  private async supervise(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.stopping;) {
      const since = performance.now();
      const how = await ended(this.child as ChildProcess);
      if (this.stopping) return;
      if (performance.now() - since > STEADY_MS) pauseMs = FIRST_PAUSE_MS;
      this.options.logger.error({ program: this.options.name, how }, 'ended by itself; it is started again');
      await delay(pauseMs);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      // `stop` may have come meanwhile; a failure to start shows as an end in the next round.
      if (!this.stopping) await this.run().catch(() => {});
    }
  }
}

async function ended(child: ChildProcess): Promise<string> {
  if (child.exitCode === null && child.signalCode === null) await new Promise((resolve) => child.once('exit', resolve));
  return child.signalCode ?? `exit code ${child.exitCode}`;
}
