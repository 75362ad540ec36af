import { Counter } from 'prom-client';
import { createMetrics } from './metrics';

describe('a registry of metrics', () => {
  it('can stand beside another one with the same names', async () => {
    const registries = [createMetrics({ program: 'one' }), createMetrics({ program: 'two' })];
    for (const registry of registries)
      new Counter({ name: 'changes_total', help: 'Changes.', registers: [registry] }).inc();
    await expect(registries[1]!.metrics()).resolves.toContain('changes_total{program="two"} 1');
  });

  it('has figures of the process only when asked', async () => {
    await expect(createMetrics({ program: 'x' }).metrics()).resolves.not.toContain('process_');
    await expect(createMetrics({ program: 'x', ofProcess: true }).metrics()).resolves.toContain(
      'process_resident_memory_bytes',
    );
  });
});
