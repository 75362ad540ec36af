import fc from 'fast-check';
import type { Wanted } from './policy-oracle';
import { PORTS } from './probed-lab';

/** What can be killed: an agent, by its cell, or one of the two servers. */
export type Victim = 'cell-1' | 'cell-2' | 'control-plane' | 'nats-server';

/** One thing that happens to the lab. What cannot be done when its turn comes, such as to start what runs, is passed over. */
export type ChaosStep =
  | { readonly do: 'allow' | 'forbid'; readonly policies: readonly Wanted[] }
  | { readonly do: 'start' | 'stop'; readonly app: string; readonly index: number; readonly cell: string }
  /** In the middle of whatever comes next. */
  | { readonly do: 'kill'; readonly victim: Victim; readonly afterMs: number };

const APPS = ['alpha', 'beta', 'gamma'] as const;
const app = fc.constantFrom(...APPS);
const cell = fc.constantFrom('cell-1', 'cell-2');
const policy: fc.Arbitrary<Wanted> = fc
  .record({
    source: app,
    destination: app,
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    ports: fc.tuple(fc.constantFrom(...PORTS), fc.constantFrom(...PORTS, undefined)),
  })
  .map(({ ports: [one, other = one], ...rest }) => ({
    ...rest,
    start: Math.min(one, other),
    end: Math.max(one, other),
  }));
const policies = fc.array(policy, { minLength: 1, maxLength: 4 });
const container = { app, index: fc.integer({ min: 0, max: 1 }), cell };
const victim = fc.constantFrom<Victim>('cell-1', 'cell-1', 'cell-2', 'cell-2', 'control-plane', 'nats-server');

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('allow' as const), policies }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('forbid' as const), policies }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('start' as const), ...container }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('stop' as const), ...container }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('kill' as const), victim, afterMs: fc.integer({ min: 0, max: 60 }) }),
  },
);

/** As many steps as asked for, always the same ones for the same seed. */
export function chaosSteps(seed: number, count: number): ChaosStep[] {
  return fc.sample(step, { seed, numRuns: count });
}
