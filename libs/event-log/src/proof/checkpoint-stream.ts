import { DiscardPolicy, NatsError, RetentionPolicy, StorageType, type NatsConnection, type StreamInfo } from 'nats';
import { LogUnavailable } from '../event-log';
import { readStream } from '../jetstream/read-stream';
import { checkpointShape, type Checkpoint } from './checkpoint';

/** The stream of checkpoints, beside the log: whoever keeps a copy of the one keeps one of the other. Kept for ever, some 600 bytes each. */
export const CHECKPOINT_STREAM = 'HEDDLE_CHECKPOINTS';
const SUBJECT = 'heddle.checkpoint';
const STREAM_NOT_FOUND = 10059;
const TIMEOUT_MS = 10_000;

/**
 * Every checkpoint that was kept, the oldest first; messages of another shape are passed over, for they prove nothing.
 * @throws {LogUnavailable} when the server does not answer.
 */
export async function readCheckpoints(connection: NatsConnection): Promise<Checkpoint[]> {
  const info = await orUnavailable(() => ensureCheckpointStream(connection));
  const checkpoints: Checkpoint[] = [];
  const last = info.state.last_seq;
  if (info.state.messages === 0) return checkpoints;
  const signal = AbortSignal.timeout(TIMEOUT_MS + last);
  for await (const { seq, data } of readStream(connection, CHECKPOINT_STREAM, 0, signal)) {
    const checkpoint = checkpointIn(data);
    if (checkpoint) checkpoints.push(checkpoint);
    if (seq >= last) return checkpoints;
  }
  throw new LogUnavailable(`the checkpoints could not be read to their end within ${TIMEOUT_MS + last} ms`);
}

/** Keeps a checkpoint. @throws {LogUnavailable} when the server does not acknowledge it. */
export async function keepCheckpoint(connection: NatsConnection, checkpoint: Checkpoint): Promise<void> {
  // Its signature as id: a second try of the same one is none.
  const options = { msgID: checkpoint.signature, timeout: TIMEOUT_MS };
  await orUnavailable(() => connection.jetstream().publish(SUBJECT, JSON.stringify(checkpoint), options));
}

async function ensureCheckpointStream(connection: NatsConnection): Promise<StreamInfo> {
  const { streams } = await connection.jetstreamManager({ checkAPI: false });
  try {
    return await streams.info(CHECKPOINT_STREAM);
  } catch (error) {
    if (!(error instanceof NatsError) || error.api_error?.err_code !== STREAM_NOT_FOUND) throw error;
    return streams.add({
      ...{ name: CHECKPOINT_STREAM, subjects: [SUBJECT], deny_delete: true, deny_purge: true },
      ...{ retention: RetentionPolicy.Limits, storage: StorageType.File, discard: DiscardPolicy.New },
    });
  }
}

async function orUnavailable<T>(asked: () => Promise<T>): Promise<T> {
  try {
    return await asked();
  } catch (cause) {
    throw new LogUnavailable('the nats-server does not answer for the checkpoints', { cause });
  }
}

function checkpointIn(data: Uint8Array): Checkpoint | undefined {
  try {
    return checkpointShape.parse(JSON.parse(new TextDecoder().decode(data)));
  } catch {
    return undefined;
  }
}
