import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosStep, Victim } from './chaos-steps';
import type { ProbedLab } from './probed-lab';
import { childrenOf, processesIn, until } from './processes';

const PATIENCE_MS = 90_000;

/** Does to a lab what it is told, step by step, and goes on with each step until it is done whatever was killed meanwhile. */
export class Chaos {
  /** How often each was killed. */
  readonly killed: Record<Victim, number> = { 'cell-1': 0, 'cell-2': 0, 'control-plane': 0, 'nats-server': 0 };
  /** How many changes were acknowledged. */
  acknowledged = 0;
  private readonly killing = new Set<Promise<void>>();

  constructor(private readonly probed: ProbedLab) {}

  async run(steps: readonly ChaosStep[]): Promise<void> {
    for (const [i, step] of steps.entries()) {
      try {
        await this.take(step);
      } catch (error) {
        throw new Error(`step ${i}, ${JSON.stringify(step)}`, { cause: error });
      }
    }
    await Promise.all(this.killing);
  }

  /** Resolves when all that was acknowledged is in force on every cell. */
  async settle(): Promise<void> {
    await until('all is in force', () => this.probed.isSettled().catch(() => false), PATIENCE_MS);
  }

  private async take(step: ChaosStep): Promise<void> {
    switch (step.do) {
      case 'allow':
      case 'forbid':
        await persist(() => this.probed.ask(step.do, step.policies));
        this.acknowledged++;
        return;
      case 'start':
        if (!this.find(step)) await persist(() => this.probed.run(step.app, step.index, step.cell));
        return;
      case 'stop': {
        const found = this.find(step);
        if (found) await persist(() => this.probed.remove(found));
        return;
      }
      case 'kill':
        this.killLater(step.victim, step.afterMs);
    }
  }

  private find({ app, index }: { app: string; index: number }) {
    return this.probed.containers.find((each) => each.app === app && each.index === index);
  }

  private killLater(victim: Victim, afterMs: number): void {
    const killing = delay(afterMs).then(() => {
      // One that is down already is on its way up again.
      if (this.processesOf(victim).filter(killed).length > 0) this.killed[victim]++;
    });
    this.killing.add(killing);
  }

  private processesOf(victim: Victim): number[] {
    if (victim.startsWith('cell-')) return processesIn(`heddle-${victim}`);
    return childrenOf(this.probed.lab.heddle.pid, victim);
  }
}

/** @returns whether it was there to be killed */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

/** Tries again what fails because something is down, until it does not. */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + PATIENCE_MS; ;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(50);
    }
  }
}
