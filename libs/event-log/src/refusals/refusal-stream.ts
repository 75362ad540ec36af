import { createHash } from 'node:crypto';
import { DiscardPolicy, NatsError, RetentionPolicy, StorageType, type NatsConnection, type StreamConfig } from 'nats';
import type { Actor } from '../event-log';
import { LARGEST_REFUSAL_BYTES } from './refusal';

/** The stream of refused attempts, one subject per actor. Bounded: what is beyond its limits is forgotten, the oldest first. */
export const REFUSED_STREAM = 'HEDDLE_REFUSED';
const SUBJECTS = 'heddle.refused.*';
const STREAM_NOT_FOUND = 10059;
/** An actor's attempts take at most so much of the stream's count, so that one client cannot push out those of all others. */
const SHARE_OF_ONE_ACTOR = 1 / 100;

/** How much is kept; the smallest of the three counts. */
export interface Retention {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly maxCount: number;
}

/** The subject of an actor's refused attempts: names hold any character, so it is a digest. */
export function refusedSubject({ name, userId, clientId }: Actor): string {
  const key = JSON.stringify([name, userId, clientId]);
  return `heddle.refused.${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** Creates the stream, or gives it other limits. Throws when the server does not answer. */
export async function ensureRefusedStream(
  connection: NatsConnection,
  { maxAgeMs, maxBytes, maxCount }: Retention,
): Promise<void> {
  const { streams } = await connection.jetstreamManager({ checkAPI: false });
  const limits = {
    max_age: maxAgeMs * 1e6,
    max_bytes: maxBytes,
    max_msgs: maxCount,
    max_msgs_per_subject: Math.max(1, Math.floor(maxCount * SHARE_OF_ONE_ACTOR)),
  };
  const found = await unlessMissing(streams.info(REFUSED_STREAM));
  if (!found) {
    const fixed: Partial<StreamConfig> = {
      ...{ name: REFUSED_STREAM, subjects: [SUBJECTS], max_msg_size: LARGEST_REFUSAL_BYTES },
      ...{ retention: RetentionPolicy.Limits, storage: StorageType.File, discard: DiscardPolicy.Old },
    };
    await streams.add({ ...fixed, ...limits });
  } else if (Object.entries(limits).some(([name, limit]) => found.config[name as keyof typeof limits] !== limit)) {
    await streams.update(REFUSED_STREAM, limits);
  }
}

/** The sequences of the oldest and the newest message there are; `undefined` when there is none. */
export async function boundsOf(connection: NatsConnection): Promise<{ first: number; last: number } | undefined> {
  const { streams } = await connection.jetstreamManager({ checkAPI: false });
  const info = await unlessMissing(streams.info(REFUSED_STREAM));
  if (!info || info.state.messages === 0) return undefined;
  // Its own last sequence may be that of a message which is gone already.
  const last = await unlessMissing(streams.getMessage(REFUSED_STREAM, { last_by_subj: SUBJECTS }));
  return last && { first: info.state.first_seq, last: last.seq };
}

/** Of a stream or of a message. */
async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    const { api_error } = error instanceof NatsError ? error : {};
    if (api_error?.err_code === STREAM_NOT_FOUND || api_error?.code === 404) return undefined;
    throw error;
  }
}
