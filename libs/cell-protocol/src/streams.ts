import { FatalError } from '@heddle/platform';
import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type NatsConnection,
  type StreamConfig,
} from 'nats';

/** The stream of documents: one newest message per subject, republished as it is stored. */
export const STATE_STREAM = 'HEDDLE_STATE';
/** The stream of what cells report: receipts, and which containers they hold. */
export const CELL_STREAM = 'HEDDLE_CELLS';

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
}

async function ensure(
  manager: JetStreamManager,
  wanted: Partial<StreamConfig> & { name: string },
): Promise<StreamConfig> {
  const defaults = { retention: RetentionPolicy.Limits, storage: StorageType.File, discard: DiscardPolicy.Old };
  const info = await manager.streams.info(wanted.name).catch(() => manager.streams.add({ ...defaults, ...wanted }));
  return info.config;
}
