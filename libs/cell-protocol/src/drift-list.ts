import { LogUnavailable, readStream } from '@heddle/event-log';
import type { NatsConnection } from 'nats';
import { jsonOf } from './json-of';
import { driftReport, type DriftReport } from './reports';
import { DRIFT_STREAM } from './streams';

/** Which reports of drift are wanted. */
export interface DriftFilter {
  /** Only those of this cell. */
  readonly cell?: string;
  /** At most so many, from 1. */
  readonly limit: number;
}

/** The whole stream is read, some 10 000 reports at most: a tenth of a second. */
const TIMEOUT_MS = 10_000;

/**
 * What others had changed on the cells, as far as it is kept, the newest first.
 * @throws {LogUnavailable} when the server does not answer.
 */
export async function listDrift(connection: NatsConnection, { cell, limit }: DriftFilter): Promise<DriftReport[]> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const { streams } = await connection.jetstreamManager({ checkAPI: false });
    const { messages, last_seq: last } = (await streams.info(DRIFT_STREAM)).state;
    if (messages === 0) return [];
    const found: DriftReport[] = [];
    for await (const { seq, data } of readStream(connection, DRIFT_STREAM, 0, signal)) {
      const report = driftReport.safeParse(jsonOf(data));
      if (report.success && (cell === undefined || report.data.cell === cell)) found.push(report.data);
      if (seq >= last) return found.slice(-limit).reverse();
    }
    throw new Error('the reading of drift was cut off');
  } catch (cause) {
    throw new LogUnavailable('what others have changed on the cells cannot be read now: try again', { cause });
  }
}
