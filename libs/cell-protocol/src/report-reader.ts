import { LogUnavailable, readStream, type StreamMessage } from '@heddle/event-log';
import type { NatsConnection } from 'nats';
import { jsonOf } from './json-of';
import { beat, containersReport, receipt, type Beat, type ContainersReport, type Receipt } from './reports';
import { CELL_STREAM } from './streams';
import { cellSubject } from './subjects';

/** Where a report stands in the stream of reports, and when it was stored there: epoch milliseconds of the server's clock. */
export interface ReportPlace {
  readonly position: number;
  readonly storedAtMs: number;
}

/** One stored report. */
export type Report = ReportPlace &
  (
    | { readonly kind: 'receipt'; readonly receipt: Receipt }
    | { readonly kind: 'containers'; readonly report: ContainersReport }
    | { readonly kind: 'malformed'; readonly subject: string }
  );

/** Where a reading of reports begins and ends. */
export interface ReportRange {
  /** The position before the first one wanted; 0 for everything that is kept. */
  readonly after: number;
  /** The last position wanted; without it the reading goes on with what is reported later. */
  readonly upTo?: number;
  /** Ends the reading, without an error. */
  readonly signal: AbortSignal;
  /** How many positions are of streams that were lost; those of the one that is there come behind them. */
  readonly before?: number;
  /** Is called when the stream is found to be lost, and another there; says how many positions are before those of that one. */
  readonly lost?: () => Promise<number>;
}

/** The reports of a range in order, those that are still kept. */
export async function* readReports(
  connection: NatsConnection,
  { after, upTo = Infinity, signal, before = 0, lost }: ReportRange,
): AsyncGenerator<Report> {
  if (after >= upTo) return;
  let gone = before;
  // Reports are kept for a while only: where the end of the range is gone, waiting for it would be waiting for ever.
  if (upTo < Infinity && !(await canBeRead(connection, upTo - gone))) return;
  const goOn = lost && (async () => void (gone = await lost()));
  for await (const message of readStream(connection, CELL_STREAM, Math.max(0, after - gone), signal, goOn)) {
    const report = reportIn(message, gone);
    if (report.position > upTo) return;
    yield report;
    if (report.position === upTo) return;
  }
}

/** Which reports are kept. */
export interface KeptReports {
  /** Position of the newest. */
  readonly last: number;
  /** When the oldest and the newest were stored. */
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Whether there never were any older ones. */
  readonly isAll: boolean;
}

/** Which reports are kept now; `null` when there are none. @throws {LogUnavailable} while the server is away. */
export async function keptReports(connection: NatsConnection): Promise<KeptReports | null> {
  const { state } = await stateOfReports(connection).catch((cause: unknown) => {
    throw new LogUnavailable('the server that keeps the reports of cells does not answer', { cause });
  });
  if (state.messages === 0) return null;
  const { last_seq: last, first_seq, first_ts, last_ts } = state;
  return { last, firstAtMs: Date.parse(first_ts), lastAtMs: Date.parse(last_ts), isAll: first_seq === 1 };
}

/** Which reports are read: both by where they stand in the stream that is there and by when they were stored, in epoch milliseconds. */
export interface ReportsBetween extends Required<Pick<ReportRange, 'after' | 'upTo' | 'signal'>> {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** The reports within a range of positions that were stored within some time, those that are still kept, in order. */
export async function* readReportsBetween(
  connection: NatsConnection,
  { after, upTo, sinceMs, untilMs, signal }: ReportsBetween,
): AsyncGenerator<Report> {
  const kept = await keptReports(connection);
  const last = Math.min(upTo, kept?.last ?? 0);
  // Nothing is waited for that is not there. Times are told by the server to the millisecond.
  if (!kept || after >= last || kept.lastAtMs < Math.floor(sinceMs)) return;
  for await (const message of readStream(connection, CELL_STREAM, after > 0 ? after : { sinceMs }, signal)) {
    if (message.seq > last || message.stampedAtMs > untilMs) return;
    if (message.stampedAtMs >= sinceMs) yield reportIn(message);
    if (message.seq >= last) return;
  }
}

/** Whether a report with this sequence, or one behind it, was stored and may be there still; so it is taken to be while the server is away. */
async function canBeRead(connection: NatsConnection, seq: number): Promise<boolean> {
  try {
    const { messages, first_seq, last_seq } = (await stateOfReports(connection)).state;
    return messages > 0 && first_seq <= seq && seq <= last_seq;
  } catch {
    return true;
  }
}

async function stateOfReports(connection: NatsConnection) {
  return (await connection.jetstreamManager({ checkAPI: false })).streams.info(CELL_STREAM);
}

/** Hears the cells' signs of life; returns how to stop. Malformed ones are passed over. */
export function hearBeats(connection: NatsConnection, hear: (beat: Beat) => void): () => void {
  const subscription = connection.subscribe(cellSubject.everyBeat, {
    callback: (error, message) => {
      if (error) return;
      const heard = beat.safeParse(jsonOf(message.data));
      if (heard.success) hear(heard.data);
    },
  });
  return () => subscription.unsubscribe();
}

/** @param before how many positions come before those of the stream */
function reportIn({ seq, subject, data, stampedAtMs: storedAtMs }: StreamMessage, before = 0): Report {
  return { position: before + seq, storedAtMs, ...parse(subject, data) };
}

type Parsed = Report extends infer R ? (R extends Report ? Omit<R, keyof ReportPlace> : never) : never;

function parse(subject: string, data: Uint8Array): Parsed {
  const value = jsonOf(data);
  const asReceipt = subject.endsWith('.receipt') ? receipt.safeParse(value) : undefined;
  if (asReceipt?.success) return { kind: 'receipt', receipt: asReceipt.data };
  const asContainers = subject.endsWith('.containers') ? containersReport.safeParse(value) : undefined;
  if (asContainers?.success) return { kind: 'containers', report: asContainers.data };
  return { kind: 'malformed', subject };
}
