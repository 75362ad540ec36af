import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/** From `<linux/sched.h>`: says to `setns(2)` that the descriptor is one of a network namespace. */
const CLONE_NEWNET = 0x40000000;

/** How long a command in a namespace may take. */
const COMMAND_TIMEOUT_MS = 10_000;

/** A network namespace of a test. Names must be unique to the suite, since `ip netns` knows them machine-wide. */
export class NetworkNamespace {
  /** Path by which other programs find it. */
  readonly path: string;

  private constructor(readonly name: string) {
    this.path = `/run/netns/${name}`;
  }

  /** Makes it anew; one that a killed run left under this name is removed first. */
  static create(name: string): NetworkNamespace {
    const namespace = new NetworkNamespace(name);
    if (run('ip', ['netns', 'list']).split(/\s/).includes(name)) namespace.delete();
    run('ip', ['netns', 'add', name]);
    return namespace;
  }

  /** Runs a command inside, to its end. @returns its standard output @throws when it fails */
  run(command: string, ...args: readonly string[]): string {
    return run('ip', ['netns', 'exec', this.name, command, ...args]);
  }

  /**
   * Calls `task` with this thread standing inside, until its promise settles: sockets opened and processes started
   * by then belong to the namespace for as long as they live. Only the main thread moves: a file opened asynchronously
   * is opened by another thread, outside. One at a time, since there is one main thread.
   */
  async within<T>(task: () => T | Promise<T>): Promise<T> {
    const moveTo = await loadMove();
    if (NetworkNamespace.entered) throw new Error(`cannot enter ${this.name} from ${NetworkNamespace.entered}`);
    NetworkNamespace.entered = this.name;
    const outside = openSync('/proc/thread-self/ns/net', 'r');
    const inside = openSync(this.path, 'r');
    try {
      moveTo(inside);
      return await task();
    } finally {
      moveTo(outside);
      closeSync(inside);
      closeSync(outside);
      NetworkNamespace.entered = null;
    }
  }

  /** Whether it has an interface of this name. */
  has(device: string): boolean {
    return run('ip', ['-n', this.name, '-br', 'link'])
      .split('\n')
      .some((line) => /^[^\s@]+/.exec(line)?.[0] === device);
  }

  /** Removes it and every interface that lives in it. */
  delete(): void {
    run('ip', ['netns', 'delete', this.name]);
  }

  private static entered: string | null = null;
}

function run(command: string, args: readonly string[]): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    timeout: COMMAND_TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Node has no word for `setns(2)`, so the C library's is called. Loaded late: most suites must not need a native module. */
async function loadMove(): Promise<(descriptor: number) => void> {
  const koffi = await import('koffi');
  const setns = koffi.load('libc.so.6').func('int setns(int descriptor, int kind)');
  return (descriptor) => {
    if (setns(descriptor, CLONE_NEWNET) !== 0) throw new Error('the kernel refused to change the network namespace');
  };
}
