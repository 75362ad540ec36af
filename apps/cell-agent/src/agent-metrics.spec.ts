import { readFileSync } from 'node:fs';
import { AgentMetrics } from './agent-metrics';

describe('the figures of an agent', () => {
  let metrics: AgentMetrics;
  beforeEach(() => {
    metrics = new AgentMetrics({
      enforcedUpTo: () => 42,
      appsWatched: () => 3,
      elementsHeld: () => 10_000,
      gaps: () => 5,
    });
  });
  afterEach(() => metrics.close());

  const sample = async (name: string): Promise<number> => {
    const line = (await metrics.text()).split('\n').find((each) => each.startsWith(name));
    return Number(line?.split(' ').at(-1));
  };

  it('tell how transactions went', async () => {
    metrics.converged(2, { changed: true, elementsAdded: 5, elementsRemoved: 1, withdrawn: [] });
    metrics.converged(40, { changed: true, elementsAdded: 2, elementsRemoved: 0, withdrawn: [] });
    expect(await sample('heddle_agent_transaction_seconds_count')).toBe(2);
    expect(await sample('heddle_agent_transaction_seconds_sum')).toBeCloseTo(0.042);
    expect(await sample('heddle_agent_transaction_seconds_bucket{le="0.003"')).toBe(1);
    expect(await sample('heddle_agent_elements_total{change="added"')).toBe(7);
    expect(await sample('heddle_agent_elements_total{change="removed"')).toBe(1);
  });

  it('tell how long changes took from their commit', async () => {
    metrics.enforced([0.002, 0.5]);
    metrics.enforced([]);
    expect(await sample('heddle_agent_commit_to_kernel_seconds_count')).toBe(2);
    expect(await sample('heddle_agent_commit_to_kernel_seconds_bucket{le="0.003"')).toBe(1);
  });

  it('count what others have changed', async () => {
    metrics.drifted();
    expect(await sample('heddle_agent_drift_total')).toBe(1);
  });

  it('count returns to the server, and tell what the agent is at', async () => {
    metrics.caughtUp();
    expect(await sample('heddle_agent_resyncs_total')).toBe(1);
    expect(await sample('heddle_agent_enforced_change')).toBe(42);
    expect(await sample('heddle_agent_apps_watched')).toBe(3);
    expect(await sample('heddle_agent_elements{')).toBe(10_000);
    expect(await sample('heddle_agent_gaps_total')).toBe(5);
    expect(await sample('heddle_agent_gaps_total')).toBe(5);
  });

  it('tell for how long the event loop was held up, once', async () => {
    // The first look, after a second, is the one that others are measured from.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    // Longer than the time between two looks, so that one falls into it.
    const until = performance.now() + 1_300;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await sample('heddle_agent_event_loop_lag_seconds')).toBeGreaterThan(0.2);
  });

  it('are all explained in the guide for operators', async () => {
    const guide = readFileSync('docs/operations.md', 'utf8');
    const names = [...(await metrics.text()).matchAll(/^# TYPE (heddle_\w+)/gm)].map(([, name]) => name);
    expect(names).toContain('heddle_agent_drift_total');
    expect(names.filter((name) => !guide.includes(`| \`${name}\` `))).toEqual([]);
  });
});
