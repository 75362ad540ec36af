import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** How a process of agents is told what to do. */
export interface AgentsOrder {
  readonly url: string;
  readonly user: string;
  readonly pass: string;
  /** Numbers of the first agent and the one after the last. */
  readonly from: number;
  readonly to: number;
  readonly appsPerAgent: number;
  /** How many apps there are on all cells. */
  readonly apps: number;
}

/** What an agent put into its kernel: the document's revision, and when, in ms since the epoch. */
export type Enforced = readonly [rev: number, atMs: number];

/** The name of an app; agent `a` has those from `a × appsPerAgent` on, around the end. */
export function appName(n: number): string {
  return `app-${String(n).padStart(8, '0')}`;
}

const IN_PROCESS = 1_000;
/** A thousand agents ask for two hundred documents each. */
const ANSWER_WITHIN_MS = 600_000;

/** Agents with real connections and subscriptions and a simulated kernel, a thousand to a process. */
export class SimulatedAgents {
  private constructor(private readonly processes: readonly ChildProcess[]) {}

  static async start(count: number, order: Omit<AgentsOrder, 'from' | 'to'>): Promise<SimulatedAgents> {
    const agents = new SimulatedAgents(
      Array.from({ length: Math.ceil(count / IN_PROCESS) }, () => fork(join(__dirname, 'agents-process.js'))),
    );
    try {
      for (const [i, child] of agents.processes.entries()) {
        const to = Math.min(count, (i + 1) * IN_PROCESS);
        await ask(child, { ...order, from: i * IN_PROCESS, to });
      }
      return agents;
    } catch (error) {
      await agents.stop();
      throw error;
    }
  }

  /** What was put into kernels since it was asked last. */
  async enforced(): Promise<Enforced[]> {
    const answers = await Promise.all(this.processes.map((child) => ask(child, 'enforced')));
    return answers.flat() as Enforced[];
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.processes.map(async (child) => {
        if (child.exitCode !== null) return;
        const ended = once(child, 'exit');
        child.disconnect();
        await ended;
      }),
    );
  }
}

async function ask(child: ChildProcess, order: AgentsOrder | 'enforced'): Promise<unknown> {
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
  try {
    const answer = once(child, 'message', { signal }) as Promise<[unknown]>;
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new Error('a process of agents ended by itself');
    });
    child.send(order);
    return (await Promise.race([answer, ended]))[0];
  } finally {
    settled.abort();
  }
}
