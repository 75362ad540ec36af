import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CertificatePaths } from '../../support/certificates';

/** Cells that poll the internal API as those of Cloud Foundry do. */
export interface PollingTask {
  readonly url: string;
  /** Path of the authority's certificate. */
  readonly ca: string;
  readonly certificate: CertificatePaths;
  /** The apps on each cell. */
  readonly apps: readonly (readonly string[])[];
  /** How often each asks for the mark. */
  readonly intervalMs: number;
}

/** How often the cells asked, all together. */
export interface PollCounts {
  readonly polls: number;
  readonly lists: number;
}

/** What the process of the cells answers. */
export interface PollReport extends PollCounts {
  /** How often the cell asked that asked least. */
  readonly fewest: number;
  /** The first thing that went wrong. */
  readonly failure?: string;
}

/** Cells that poll, in a process of their own, so that what they cost does not count. */
export class PollingCells {
  private constructor(private readonly child: ChildProcess) {}

  static async start(task: PollingTask): Promise<PollingCells> {
    const child = fork(join(__dirname, 'polling-process.js'));
    child.send(task);
    await once(child, 'message', { signal: AbortSignal.timeout(60_000) });
    return new PollingCells(child);
  }

  /** Waits until each has its connection, its first list, and has asked once more. */
  async everyoneAskedTwice(): Promise<void> {
    while ((await this.report()).fewest < 2) await delay(200);
  }

  /** @throws {Error} when any request has failed. */
  async counts(): Promise<PollCounts> {
    const { failure, ...counts } = await this.report();
    if (failure !== undefined) throw new Error(`a cell was not answered: ${failure}`);
    return counts;
  }

  stop(): void {
    this.child.kill();
  }

  private async report(): Promise<PollReport> {
    const answered = once(this.child, 'message', { signal: AbortSignal.timeout(30_000) }) as Promise<[PollReport]>;
    this.child.send('report');
    return (await answered)[0];
  }
}
