import { collectDefaultMetrics, Registry } from 'prom-client';

/** What a registry is for. */
export interface MetricsOptions {
  /** The program, as label `program` of every sample. */
  readonly program: string;
  /**
   * Whether the figures of the process itself are collected too (memory, CPU, event loop, garbage collection). They keep
   * observers running, so it is for `main.ts` to switch them on.
   */
  readonly ofProcess?: boolean;
}

/** Makes a registry of its own, so that two of them in one process (as tests have) do not collide. */
export function createMetrics({ program, ofProcess = false }: MetricsOptions): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ program });
  if (ofProcess) collectDefaultMetrics({ register: registry });
  return registry;
}
