import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** How a command ended. */
export interface CommandEnd {
  readonly exitCode: number | null;
  /** Its standard output, then its standard error. */
  readonly output: string;
}

const TIMEOUT_MS = 60_000;

/**
 * A mount namespace of a container runtime's own, held by a process that waits. Control groups are of the second version there,
 * whatever the machine has mounted, for the runtimes of Debian do not all know a mixture.
 */
export class MountNamespace {
  private constructor(
    private readonly holder: ChildProcess,
    private readonly networkNamespace: string,
  ) {}

  /**
   * @param networkNamespace path of the one that commands run in
   * @param mounts commands of a shell; with them, nothing that is mounted there is seen outside
   */
  static async open(networkNamespace: string, mounts: readonly string[] = []): Promise<MountNamespace> {
    const propagation = mounts.length > 0 ? 'private' : 'unchanged';
    const script = [
      'set -e',
      'mount --make-rprivate /sys',
      'mount -t cgroup2 none /sys/fs/cgroup',
      ...mounts,
      'echo ready',
      'exec cat',
    ].join('\n');
    const args = ['--mount', '--propagation', propagation, 'sh', '-c', script];
    const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const said = once(holder.stdout, 'data').then(String);
    const ended = once(holder, 'exit').then(([code]) => `ended with ${code}`);
    const first = await Promise.race([said, ended]);
    if (first.trim() !== 'ready') throw new Error(`a mount namespace for a runtime: ${first}`);
    return new MountNamespace(holder, networkNamespace);
  }

  /** Starts a command that goes on. */
  start(command: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn('nsenter', this.argumentsFor(command), {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs a command to its end. */
  run(command: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<CommandEnd> {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: TIMEOUT_MS };
    return new Promise((resolve) => {
      const child = execFile('nsenter', this.argumentsFor(command), options, (_, stdout, stderr) =>
        resolve({ exitCode: child.exitCode, output: stdout + stderr }),
      );
    });
  }

  async close(): Promise<void> {
    const ended = once(this.holder, 'exit');
    this.holder.stdin?.end();
    await ended;
  }

  private argumentsFor(command: readonly string[]): string[] {
    return [`--target=${this.holder.pid}`, '--mount', `--net=${this.networkNamespace}`, '--', ...command];
  }
}
