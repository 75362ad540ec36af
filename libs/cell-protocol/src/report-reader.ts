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

/** The reports behind a position, then those that come later, until the signal says stop. */
export async function* readReports(
  connection: NatsConnection,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<Report> {
  for await (const { seq: position, subject, data } of readStream(connection, CELL_STREAM, after, signal)) {
    yield { position, ...parse(subject, data) };
  }
}

/** The position of the newest report, 0 when there is none. */
export async function lastReportPosition(connection: NatsConnection): Promise<number> {
  return (await (await connection.jetstreamManager()).streams.info(CELL_STREAM)).state.last_seq;
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
