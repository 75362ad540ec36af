import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { InternalClient } from '../../support/internal-client';
import type { PollingTask, PollReport } from './polling-cells';

/** Runs cells that poll, evenly spread over the interval, and reports when asked. */
class PollingCell {
  polls = 0;
  lists = 0;
  private seen = 0n;

  constructor(
    private readonly client: InternalClient,
    private readonly apps: string,
  ) {}

  /** As Cloud Foundry's agent does it: the policies only when the mark is higher than any before. */
  async poll(): Promise<void> {
    const mark = BigInt(await this.client.get('policies_last_updated'));
    this.polls++;
    if (mark <= this.seen) return;
    await this.client.get(`policies?id=${this.apps}`);
    this.lists++;
    this.seen = mark;
  }
}

async function main(): Promise<void> {
  const [{ url, ca, certificate, apps, intervalMs }] = (await once(process, 'message')) as [PollingTask];
  let failure: string | undefined;
  const cells = apps.map((those) => new PollingCell(new InternalClient(url, ca, certificate), those.join(',')));
  process.on('message', () => {
    const sum = (figure: (cell: PollingCell) => number) => cells.reduce((total, cell) => total + figure(cell), 0);
    const fewest = Math.min(...cells.map(({ polls }) => polls));
    const report: PollReport = { polls: sum(({ polls }) => polls), lists: sum(({ lists }) => lists), fewest, failure };
    process.send?.(report);
  });
  process.send?.('started');
  const run = async (cell: PollingCell, place: number) => {
    await delay((place * intervalMs) / cells.length);
    for (let due = performance.now(); ; due += intervalMs) {
      await delay(due - performance.now());
      await cell.poll();
    }
  };
  await Promise.all(cells.map(run)).catch((error: unknown) => (failure = String(error)));
}

void main();
