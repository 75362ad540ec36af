import { randomUUID } from 'node:crypto';
import { LeaseClient } from '@heddle/cell-protocol';
import type { NatsConnection } from '@heddle/platform';
import { quantile, summary } from '../summary';
import { withLeasePlane, type LeasePlane } from './lease-plane';

const CLIENTS = 50;
/** So many get a lease and give it back before anything is measured: until then V8 has not compiled what is measured. */
const WARM_UP_CELLS = 2_000;
/** The rate is the median of so many rounds. */
const ROUNDS = 3;

/** A cell that holds its lease. */
export interface SimulatedCell {
  readonly cell: string;
  readonly incarnation: string;
  readonly overlaySubnet: string;
}

/** How fast so many cells get their first lease when 50 of them ask at a time, over NATS as agents do; each round on a new log. */
export async function acquireLeases(sizes: readonly number[]): Promise<Record<string, number>> {
  const result: Record<string, number> = { acquire_warm_up_cells: WARM_UP_CELLS };
  for (const size of sizes) {
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await withLeasePlane((plane) => measureRound(plane, size)));
    const name = `acquire_${size}_`;
    const median = (figure: (round: Round) => number) => Math.round(quantile(rounds.map(figure), 0.5));
    Object.assign(
      result,
      { [`${name}per_s`]: median(({ perSecond }) => perSecond), [`${name}cpu_us`]: median(({ cpuUs }) => cpuUs) },
      summary(
        name,
        rounds.flatMap(({ ms }) => ms),
      ),
    );
  }
  return result;
}

interface Round {
  readonly ms: readonly number[];
  readonly perSecond: number;
  /** Of the control plane, for each acquire. */
  readonly cpuUs: number;
}

async function measureRound(plane: LeasePlane, size: number): Promise<Round> {
  const connection = await plane.connect();
  await warmUp(connection);
  const before = await plane.cpuMs();
  const at = performance.now();
  const { cells, ms } = await acquireAll(connection, size, WARM_UP_CELLS);
  const perSecond = size / ((performance.now() - at) / 1000);
  const cpuUs = (((await plane.cpuMs()).controlPlane - before.controlPlane) * 1000) / size;
  if (new Set(cells.map(({ overlaySubnet }) => overlaySubnet)).size !== size)
    throw new Error('two cells got one subnet');
  return { ms, perSecond, cpuUs };
}

async function warmUp(connection: NatsConnection): Promise<void> {
  const { cells } = await acquireAll(connection, WARM_UP_CELLS);
  const leases = new LeaseClient(connection, 30_000);
  await inParallel(cells.length, async (n) => {
    const { cell, incarnation } = cells[n] as SimulatedCell;
    await leases.release({ cell, incarnation });
  });
}

/** Gives so many new cells their lease, 50 at a time. @param first number of the first of them */
export async function acquireAll(
  connection: NatsConnection,
  count: number,
  first = 0,
): Promise<{ cells: SimulatedCell[]; ms: number[] }> {
  const leases = new LeaseClient(connection, 30_000);
  const cells: SimulatedCell[] = [];
  const ms: number[] = [];
  await inParallel(count, async (i) => {
    const n = first + i;
    const wanted = {
      cell: `cell-${n}`,
      incarnation: randomUUID(),
      underlayAddress: `172.${16 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`,
    };
    const at = performance.now();
    const { lease } = await leases.acquire(wanted);
    ms.push(performance.now() - at);
    cells.push(lease);
  });
  return { cells, ms };
}

async function inParallel(count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let n = next++; n < count; n = next++) await work(n);
    }),
  );
}
