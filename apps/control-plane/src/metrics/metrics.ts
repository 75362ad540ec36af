import { freeBlocks, freeTags } from '@heddle/domain';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Core } from '../core/core';

/** From 0.5 ms, where an idle machine is, to 5 s, where a polling agent would be. */
const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.03, 0.1, 0.3, 1, 5];

/** Adds the figures of this control plane to a registry, as soon as it has started; each is read when somebody asks. */
export function describeCore(registry: Registry, core: Core): void {
  const gauge = (name: string, help: string, read: () => number): void => {
    const registers = [registry];
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  gauge('heddle_log_position', 'Sequence of the newest change this process has folded', () => core.follower.position);
  gauge('heddle_read_model_lag_events', 'Changes the SQL read model is behind this process', () => core.sql.lag);
  gauge(
    'heddle_log_breaks',
    'Places where the log is not as it was written that nobody has acknowledged; no change is taken while there are any',
    () => core.audit.integrity.open.length,
  );
  gauge(
    'heddle_log_checkpoint_position',
    'Sequence up to which this control plane last signed the log; 0 before that',
    () => core.audit.checkpointer.last?.seq ?? 0,
  );
  countConflicts(registry, core);
  gauge('heddle_stream_clients', 'Clients of the live stream', () => core.feed.listening);
  gauge('heddle_tags_used', 'Tags that apps and other names hold', () => core.policies.state.apps.size);
  gauge('heddle_tags_free', 'Tags that nobody holds; those held back are among them', () =>
    freeTags(core.policies.state.tags),
  );
  gauge(
    'heddle_tags_held_back',
    'Released tags that no other app may get yet, since a cell may still enforce them',
    () => core.quarantine.tags().size,
  );
  gauge('heddle_security_groups', 'Security groups in force', () => core.groups.state.groups.size);
  gauge(
    'heddle_security_group_problems',
    'Rules of security groups that cannot be understood and allow nothing',
    () => core.groupProblems.list().length,
  );
  gauge('heddle_cells', 'Cells that hold a lease', () => core.leases.state.byCell.size);
  const leases = () => [...core.leases.state.byCell.values()];
  gauge('heddle_leases_free', 'Subnets that can be leased now; those in quarantine are not among them', () =>
    freeBlocks(core.leases.state),
  );
  gauge(
    'heddle_leases_quarantined',
    'Subnets whose holder was lost and may use them still',
    () => core.leases.state.lost.size,
  );
  gauge(
    'heddle_leases_stale',
    'Leases whose holder has not renewed lately',
    () => leases().filter((lease) => !core.leaseKeeper.isAlive(lease)).length,
  );
  new Counter({
    name: 'heddle_leases_ended_total',
    help: 'Leases that ended, by how',
    labelNames: ['how'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [how, count] of core.leaseEnds.counts) this.inc({ how }, count);
    },
  });
  const enforced = new Histogram({
    name: 'heddle_enforcement_seconds',
    help: 'From the commit of a change to its enforcement by a cell',
    buckets: SECONDS,
    registers: [registry],
  });
  core.enforcement.onReport((report) => {
    if (report.kind !== 'receipt') return;
    for (const seq of report.receipt.changes) {
      const change = core.enforcement.state.changes.get(String(seq));
      if (change) enforced.observe(Math.max(0, report.receipt.enforcedAtMs - change.committedAtMs) / 1000);
    }
  });
}

/** A lost race costs a second decision and no more; many of them say that the control planes write over each other's heads. */
function countConflicts(registry: Registry, { policies, leases, groups }: Core): void {
  new Counter({
    name: 'heddle_append_conflicts_total',
    help: 'Appends that another writer was faster at, so that the command was decided again',
    labelNames: ['topic'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { topic, conflicts } of [policies, leases, groups]) this.inc({ topic }, conflicts);
    },
  });
}

/** How long requests of cells to the internal API take. */
export function internalDurations(registry: Registry): Histogram<'route' | 'status'> {
  return new Histogram({
    name: 'heddle_internal_request_seconds',
    help: "Time to answer requests of Cloud Foundry's cells to the internal API",
    labelNames: ['route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
}

/** How long requests of silk daemons take. */
export function leaseDurations(registry: Registry): Histogram<'route' | 'status'> {
  return new Histogram({
    name: 'heddle_lease_request_seconds',
    help: 'Time to answer requests of silk daemons',
    labelNames: ['route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
}

/** How long requests take, by route as declared. */
export function requestDurations(registry: Registry): Histogram<'method' | 'route' | 'status'> {
  return new Histogram({
    name: 'heddle_http_request_seconds',
    help: 'Time to answer HTTP requests; the live stream is left out',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [registry],
  });
}
