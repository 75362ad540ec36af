import {
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type NatsConnection,
  type StreamConfig,
} from 'nats';
import type { Topic } from '../event-log';

/** The stream that holds the log, one subject per topic. */
export const LOG_STREAM = 'HEDDLE_LOG';

/** The subject of a topic's facts. */
export function logSubject(topic: Topic): string {
  return `heddle.log.${topic}`;
}

/** What the server really does for the log; servers older than a feature drop it from the configuration silently. */
export interface LogStreamFeatures {
  /** Messages cannot be deleted or purged by anyone. Without it the log is not append-only: a reason not to start. */
  readonly appendOnly: boolean;
  /** The file is compressed (nats-server 2.10 and later). */
  readonly compressed: boolean;
}

/** Appends retried within this time are recognised by their id. JetStream's own default, stated. */
const DEDUPE_WINDOW_NS = 120e9;

/**
 * Creates the stream of the log if it is missing, and reads back what the server made of it.
 * An existing stream keeps its settings: the log is never reconfigured behind an operator's back.
 */
export async function ensureLogStream(connection: NatsConnection, replicas = 1): Promise<LogStreamFeatures> {
  const streams = (await connection.jetstreamManager()).streams;
  const wanted: Partial<StreamConfig> = {
    name: LOG_STREAM,
    subjects: ['heddle.log.*'],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: DiscardPolicy.New,
    num_replicas: replicas,
    duplicate_window: DEDUPE_WINDOW_NS,
    deny_delete: true,
    deny_purge: true,
    allow_direct: true,
    // The client refuses to ask an older server for it, which would drop it silently.
    ...(compressesStreams(connection) && { compression: StoreCompression.S2 }),
  };
  const info = await streams.info(LOG_STREAM).catch(() => streams.add(wanted));
  const { deny_delete, deny_purge, compression } = info.config;
  return { appendOnly: deny_delete && deny_purge, compressed: compression === StoreCompression.S2 };
}

function compressesStreams({ info }: NatsConnection): boolean {
  const [major = 0, minor = 0] = (info?.version ?? '').split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}
