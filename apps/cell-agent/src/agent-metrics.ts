import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Convergence } from '@heddle/dataplane';
import { createMetrics } from '@heddle/platform';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { EnforcerFigures } from './enforcer';

/** What is read when somebody asks. */
export interface AgentFigures {
  /** The newest change of which a document is in the kernel. */
  enforcedUpTo(): number;
  /** The apps whose documents the agent is subscribed to. */
  appsWatched(): number;
  /** Elements of sets, or rules of chains, that the kernel holds of Heddle's. */
  elementsHeld(): number;
  /** Documents that were fetched because their message had been missed. */
  gaps(): number;
}

/** From 0.1 ms, which one element takes, to seconds, which a whole table of 100 000 does. */
const SECONDS = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
/**
 * The loop is looked at so often: each look wakes an idle agent, which costs it some 0.02 to 0.04 % of a core a second. What holds
 * it up for less may be missed here; it is part of the time of a transaction.
 */
const LAG_RESOLUTION_MS = 1_000;

/** The figures of one agent, for Prometheus. */
export class AgentMetrics implements EnforcerFigures {
  private readonly registry = createMetrics({ program: 'cell-agent' });
  private readonly registers = [this.registry];
  private readonly lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  private readonly transactions = new Histogram({
    name: 'heddle_agent_transaction_seconds',
    help: 'Time of a transaction of the packet filter, with the working out of what it changes',
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly propagation = new Histogram({
    name: 'heddle_agent_commit_to_kernel_seconds',
    help: 'From the commit of a change to its document in the kernel, by the clocks of the control plane and of this cell',
    buckets: SECONDS,
    registers: this.registers,
  });
  private readonly elements = new Counter({
    name: 'heddle_agent_elements_total',
    help: 'Elements of sets, or rules, that were put into the kernel or taken out',
    labelNames: ['change'],
    registers: this.registers,
  });
  private readonly drifts = new Counter({
    name: 'heddle_agent_drift_total',
    help: "How often somebody else had changed Heddle's rules",
    registers: this.registers,
  });
  private readonly resyncs = new Counter({
    name: 'heddle_agent_resyncs_total',
    help: 'How often everything was read again after the line to the server was cut',
    registers: this.registers,
  });

  constructor(figures: AgentFigures) {
    this.lag.enable();
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({
        ...{ name, help, registers: this.registers },
        collect() {
          this.set(read());
        },
      });
    };
    gauge('heddle_agent_enforced_change', 'The newest change that is in the kernel', () => figures.enforcedUpTo());
    gauge('heddle_agent_apps_watched', 'Apps whose documents are subscribed to', () => figures.appsWatched());
    gauge('heddle_agent_elements', 'Elements of sets, or rules, that are in the kernel', () => figures.elementsHeld());
    new Counter({
      name: 'heddle_agent_gaps_total',
      help: 'Documents that were fetched because their message had been missed',
      registers: this.registers,
      collect() {
        this.reset();
        this.inc(figures.gaps());
      },
    });
    gauge(
      'heddle_agent_event_loop_lag_seconds',
      'The longest the event loop was found held up since this was last read; it is looked at once a second',
      () => this.longestLagSeconds(),
    );
  }

  converged(ms: number, { elementsAdded, elementsRemoved }: Convergence): void {
    this.transactions.observe(ms / 1000);
    this.elements.inc({ change: 'added' }, elementsAdded);
    this.elements.inc({ change: 'removed' }, elementsRemoved);
  }

  enforced(secondsSinceCommit: readonly number[]): void {
    for (const seconds of secondsSinceCommit) this.propagation.observe(seconds);
  }

  /** Everything was read again. */
  caughtUp(): void {
    this.resyncs.inc();
  }

  /** Somebody else had changed the rules. */
  drifted(): void {
    this.drifts.inc();
  }

  /** All figures in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  close(): void {
    this.lag.disable();
  }

  /** What is measured is the time between two looks, and they lie that far apart when nothing holds the loop up. */
  private longestLagSeconds(): number {
    const longestMs = this.lag.max / 1e6 - LAG_RESOLUTION_MS;
    this.lag.reset();
    return Math.max(0, longestMs) / 1000;
  }
}
