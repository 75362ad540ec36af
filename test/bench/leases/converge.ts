import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';
import { LeaseClient } from '@heddle/cell-protocol';
import { nowMs } from '@heddle/platform';
import { startTestNats } from '@heddle/testing';
import { ControlPlaneProcess } from '../../support/control-plane-process';
import { OverlayCells, type OverlayCell } from '../../support/overlay-cells';
import { summary } from '../summary';

const CHANGES = 20;
const WARM_UP = 3;
const WITHIN_MS = 30_000;
/** Agents that are started at the same time. */
const STARTED_TOGETHER = 5;

/**
 * From the answer to a lease, which is given once it is in the log, to the route to it in the kernel of the last of so many real
 * agents. What the kernels do is heard from `ip monitor`, which is started in the namespace of each.
 */
export async function converge(agents: number): Promise<Record<string, number>> {
  const nats = await startTestNats();
  const dataDir = await mkdtemp(join(tmpdir(), 'heddle-converge-'));
  const control = await ControlPlaneProcess.start(nats, dataDir);
  const cells = await OverlayCells.start('hbench', nats);
  const monitors: RouteMonitor[] = [];
  try {
    for (let first = 1; first <= agents; first += STARTED_TOGETHER) {
      const numbers = Array.from({ length: Math.min(STARTED_TOGETHER, agents - first + 1) }, (_, i) => first + i);
      await Promise.all(numbers.map((number) => cells.add(number)));
    }
    for (const cell of cells.all.values()) monitors.push(await RouteMonitor.start(cell));
    const leases = new LeaseClient(await nats.connect('cell'));
    const last: number[] = [];
    const each: number[] = [];
    for (let change = -WARM_UP; change < CHANGES; change++) {
      const cell = `bench-${change + WARM_UP}`;
      const underlayAddress = `198.19.1.${change + WARM_UP + 1}`;
      const { lease } = await leases.acquire({ cell, incarnation: randomUUID(), underlayAddress });
      const committedMs = nowMs();
      const seen = await Promise.all(monitors.map((monitor) => monitor.seen(lease.overlaySubnet)));
      // A kernel that was quicker than the answer made nobody wait.
      const tookMs = seen.map((seenMs) => Math.max(0, seenMs - committedMs));
      if (change < 0) continue;
      last.push(Math.max(...tookMs));
      each.push(...tookMs);
    }
    return { converge_agents: agents, ...summary('converge_each_', each), ...summary('converge_last_', last) };
  } finally {
    for (const monitor of monitors) monitor.stop();
    await cells.stop();
    await control.stop();
    await nats.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Hears which routes a cell's kernel gets, and when. */
class RouteMonitor {
  private readonly seenAt = new Map<string, number>();
  private wake: () => void = () => {};

  private constructor(private readonly child: ChildProcess) {
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    lines.on('line', (line) => {
      const [subnet = ''] = line.split(' ');
      if (!this.seenAt.has(subnet)) this.seenAt.set(subnet, nowMs());
      this.wake();
    });
  }

  static async start({ namespace }: OverlayCell): Promise<RouteMonitor> {
    const child = spawn('nsenter', [`--net=${namespace.path}`, '--', 'ip', 'monitor', 'route'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child, 'spawn');
    return new RouteMonitor(child);
  }

  /** When the route came: epoch milliseconds. */
  async seen(subnet: string): Promise<number> {
    const deadline = performance.now() + WITHIN_MS;
    for (;;) {
      const at = this.seenAt.get(subnet);
      if (at !== undefined) return at;
      if (performance.now() > deadline) throw new Error(`no route to ${subnet} within ${WITHIN_MS} ms`);
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, 100);
        this.wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
  }

  stop(): void {
    this.child.kill();
  }
}
