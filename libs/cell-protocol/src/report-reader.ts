import { readStream } from '@heddle/event-log';
import type { NatsConnection } from 'nats';
import { jsonOf } from './json-of';
import { beat, containersReport, receipt, type Beat, type ContainersReport, type Receipt } from './reports';
import { CELL_STREAM } from './streams';
import { cellSubject } from './subjects';

/** One stored report, with its place in the stream of reports. */
export type Report = { readonly position: number } & (
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
}

/** The reports of a range in order, those that are still kept. */
export async function* readReports(
  connection: NatsConnection,
  { after, upTo = Infinity, signal }: ReportRange,
): AsyncGenerator<Report> {
  if (after >= upTo) return;
  // Reports are kept for a while only: where the whole range is gone, waiting for its end would be waiting for ever.
  if (upTo < Infinity && (await firstPosition(connection)) > upTo) return;
  for await (const { seq: position, subject, data } of readStream(connection, CELL_STREAM, after, signal)) {
    if (position > upTo) return;
    yield { position, ...parse(subject, data) };
    if (position === upTo) return;
  }
}

/** The position of the oldest report that is kept, of the next one to come when there is none; 0 while the server is away. */
async function firstPosition(connection: NatsConnection): Promise<number> {
  try {
    const { state } = await (await connection.jetstreamManager({ checkAPI: false })).streams.info(CELL_STREAM);
    return state.messages === 0 ? state.last_seq + 1 : state.first_seq;
  } catch {
    return 0;
  }
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

type Parsed = Report extends infer R ? (R extends Report ? Omit<R, 'position'> : never) : never;

function parse(subject: string, data: Uint8Array): Parsed {
  const value = jsonOf(data);
  const asReceipt = subject.endsWith('.receipt') ? receipt.safeParse(value) : undefined;
  if (asReceipt?.success) return { kind: 'receipt', receipt: asReceipt.data };
  const asContainers = subject.endsWith('.containers') ? containersReport.safeParse(value) : undefined;
  if (asContainers?.success) return { kind: 'containers', report: asContainers.data };
  return { kind: 'malformed', subject };
}
