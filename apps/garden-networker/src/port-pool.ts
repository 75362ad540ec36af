import type { PortRange } from './config';
import { Failure } from './failure';
import { objectIn } from './json-object';

/** Which ports of the cell each container holds. */
export type PortPool = ReadonlyMap<string, readonly number[]>;

/**
 * Gives a container the lowest free ports, beside those it holds.
 * @throws {Failure} when there are not so many; then none is given
 */
export function acquirePorts(
  pool: PortPool,
  handle: string,
  count: number,
  { start, total }: PortRange,
): { readonly pool: PortPool; readonly ports: readonly number[] } {
  const taken = new Set([...pool.values()].flat());
  const ports: number[] = [];
  for (let port = start; port < start + total && ports.length < count; port++) if (!taken.has(port)) ports.push(port);
  if (ports.length < count) {
    const range = `${start}-${start + total - 1}`;
    throw new Failure(`acquire port: port pool exhausted: ${count} asked for, ${ports.length} of ${range} are free`);
  }
  return { pool: new Map([...pool, [handle, [...(pool.get(handle) ?? []), ...ports]]]), ports };
}

/** Takes all ports of a container back. */
export function releasePorts(pool: PortPool, handle: string): PortPool {
  return new Map([...pool].filter(([holder]) => holder !== handle));
}

/** The pool as it is on disk, which is as Cloud Foundry's networker writes it. */
export function poolText(pool: PortPool): string {
  return `${JSON.stringify({ acquired_ports: Object.fromEntries(pool) })}\n`;
}

/** @throws {Failure} when it is no pool */
export function poolFrom(text: string): PortPool {
  if (text.trim() === '') return new Map();
  const acquired = objectIn(text, 'decoding state file').acquired_ports ?? {};
  const pool = new Map(Object.entries(acquired as object));
  for (const [handle, ports] of pool)
    if (!Array.isArray(ports) || !ports.every(Number.isInteger))
      throw new Failure(`decoding state file: acquired_ports.${handle}: must be a list of ports`);
  return pool;
}
