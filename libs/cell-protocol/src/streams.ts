import { FatalError } from '@heddle/platform';
import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type NatsConnection,
  type StreamConfig,
} from 'nats';
import { cellSubject, tickSubject } from './subjects';

/** The stream of documents: one newest message per subject, republished as it is stored. */
export const STATE_STREAM = 'HEDDLE_STATE';
/** The stream of what cells report: receipts, and which containers they hold. */
export const CELL_STREAM = 'HEDDLE_CELLS';
/** The stream of what others had changed on cells: the newest of each cell, for a while. */
export const DRIFT_STREAM = 'HEDDLE_DRIFT';
/** The stream of renewals: the newest of each cell, for a while. */
export const RENEWAL_STREAM = 'HEDDLE_RENEWALS';

/** Whoever changes the rules of one cell all the time pushes out none of what happened on another. */
const MOST_DRIFT = { ofCell: 100, ofAll: 10_000 };

const DAY_NS = 24 * 3600e9;

/** A server that cannot do what the cells rely on. */
export class UnfitServer extends FatalError {
  constructor(missing: string, version: string) {
    super(`nats-server ${version} does not support ${missing}: Heddle needs nats-server 2.9.10 or later`);
    this.name = 'UnfitServer';
  }
}

/**
 * Creates the streams between control plane and cells if they are missing, and reads back what the server made of them.
 * @throws {UnfitServer} when it dropped what the cells rely on.
 */
export async function ensureCellStreams(connection: NatsConnection, replicas = 1): Promise<void> {
  const manager = await connection.jetstreamManager();
  const state = await ensure(manager, {
    name: STATE_STREAM,
    subjects: ['heddle.state.>'],
    max_msgs_per_subject: 1,
    allow_direct: true,
    republish: { src: 'heddle.state.>', dest: 'heddle.live.>' },
    num_replicas: replicas,
  });
  const version = connection.info?.version ?? 'unknown';
  if (!state.republish) throw new UnfitServer('republishing of stored messages', version);
  if (!state.allow_direct) throw new UnfitServer('direct reads of a stream', version);
  await ensure(manager, {
    name: CELL_STREAM,
    subjects: ['heddle.cell.*.receipt', 'heddle.cell.*.containers'],
    max_age: 30 * DAY_NS,
    max_bytes: 2 ** 30,
    num_replicas: replicas,
  });
  await ensure(manager, {
    name: DRIFT_STREAM,
    subjects: [cellSubject.everyDrift],
    max_msgs_per_subject: MOST_DRIFT.ofCell,
    max_msgs: MOST_DRIFT.ofAll,
    max_age: 30 * DAY_NS,
    num_replicas: replicas,
  });
}

/**
 * Creates the stream of renewals if it is missing. It keeps the newest of each cell for as long as it can matter: one that is
 * older than a lease lasts says no more than none. An existing stream that forgets sooner is made to keep them longer.
 * @param expiryMs how long a lease lasts without a renewal.
 */
export async function ensureRenewalStream(connection: NatsConnection, expiryMs: number, replicas = 1): Promise<void> {
  const manager = await connection.jetstreamManager();
  const max_age = Math.max(2 * expiryMs, SHORTEST_KEPT_MS) * 1e6;
  const config = await ensure(manager, {
    name: RENEWAL_STREAM,
    subjects: [cellSubject.everyRenewal, tickSubject.every],
    max_msgs_per_subject: 1,
    max_age,
    max_bytes: 2 ** 28,
    num_replicas: replicas,
  });
  if (config.max_age < max_age) await manager.streams.update(RENEWAL_STREAM, { max_age });
}

const SHORTEST_KEPT_MS = 3_600_000;

async function ensure(
  manager: JetStreamManager,
  wanted: Partial<StreamConfig> & { name: string },
): Promise<StreamConfig> {
  const defaults = { retention: RetentionPolicy.Limits, storage: StorageType.File, discard: DiscardPolicy.Old };
  const info = await manager.streams.info(wanted.name).catch(() => manager.streams.add({ ...defaults, ...wanted }));
  return info.config;
}
