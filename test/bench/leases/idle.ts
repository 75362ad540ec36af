import { setTimeout as delay } from 'node:timers/promises';
import { LeaseClient } from '@heddle/cell-protocol';
import { acquireAll } from './acquire';
import { withLeasePlane } from './lease-plane';

/** As `HEDDLE_LEASE_RENEW_INTERVAL` has it. */
const RENEW_EVERY_MS = 30_000;
const WARM_UP_MS = 10_000;
const MEASURED_MS = 60_000;
/** Renewals go out in so many portions a second, as they would from cells that know nothing of each other. */
const PORTIONS_PER_S = 20;

/** What so many cells cost that hold a lease and renew it every 30 s: CPU in percent of one core, and events in the log. */
export async function renewLeases(count: number): Promise<Record<string, number>> {
  return withLeasePlane(async (plane) => {
    const connection = await plane.connect();
    const { cells } = await acquireAll(connection, count);
    const leases = new LeaseClient(connection);
    let next = 0;
    let due = 0;
    const renewing = setInterval(() => {
      for (due += count / (RENEW_EVERY_MS / 1000) / PORTIONS_PER_S; due >= 1; due--) {
        const cell = cells[next++ % count];
        if (cell) leases.renew(cell);
      }
    }, 1000 / PORTIONS_PER_S);
    try {
      await delay(WARM_UP_MS);
      const [cpu, messages, at] = [await plane.cpuMs(), await plane.messages(), performance.now()];
      await delay(MEASURED_MS);
      const [cpuAfter, messagesAfter, tookMs] = [await plane.cpuMs(), await plane.messages(), performance.now() - at];
      const percent = (ms: number) => Math.round((ms / tookMs) * 1000) / 10;
      return {
        idle_cells: count,
        idle_renewals_per_s: Math.round((messagesAfter.renewals - messages.renewals) / (tookMs / 1000)),
        idle_control_plane_cpu_percent: percent(cpuAfter.controlPlane - cpu.controlPlane),
        idle_nats_cpu_percent: percent(cpuAfter.nats - cpu.nats),
        idle_log_growth: messagesAfter.log - messages.log,
      };
    } finally {
      clearInterval(renewing);
    }
  });
}
