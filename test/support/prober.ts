import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type Protocol = 'tcp' | 'udp';
/** Where to knock: protocol, address, port. */
export type Target = readonly [Protocol, string, number];

/** One attempt to connect; times in ms since 1970. */
export interface Attempt {
  readonly begunMs: number;
  readonly endedMs: number;
  readonly ok: boolean;
}

/** What goes on between a container and another one. */
export type LineKind = 'tcp' | 'push' | 'udp';
export interface Line {
  readonly heard: number;
  readonly isOver: boolean;
}

/** The process that probes from inside one container. */
export class Prober {
  private last = 0;
  private readonly waiting = new Map<number, (answer: unknown) => void>();

  private constructor(private readonly child: ChildProcess) {
    child.on('message', ({ id, answer }: { id: number; answer: unknown }) => {
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    });
  }

  static async start(namespace: string): Promise<Prober> {
    const args = [`--net=/run/netns/${namespace}`, '--', process.execPath, join(__dirname, 'in-container.mjs')];
    const child = spawn('nsenter', args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    await once(child, 'message');
    return new Prober(child);
  }

  /** Answers on these ports, TCP and UDP, and speaks by itself on one more. */
  listen = (ports: readonly number[], pushPort: number) => this.ask('listen', { ports, pushPort });
  /** Tries all of them at once. @returns which were answered */
  probe = (targets: readonly Target[]) => this.ask('probe', { targets }) as Promise<boolean[]>;
  /** Begins to connect to each of these every 20 ms. */
  knock = (targets: readonly (readonly [string, number])[]) => this.ask('knock', { targets });
  /** Stops that. @returns what became of it, by target */
  knocked = () => this.ask('knocked', {}) as Promise<Attempt[][]>;
  /** Opens something that goes on; resolves when the other side was heard. */
  hold = (kind: LineKind, address: string, port: number) => this.ask('hold', { kind, address, port });
  held = () => this.ask('held', {}) as Promise<Record<LineKind, Line>>;

  stop(): void {
    this.child.kill('SIGKILL');
  }

  private ask(ask: string, about: object): Promise<unknown> {
    const id = ++this.last;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, ask, ...about });
    });
  }
}
