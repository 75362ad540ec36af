import type { Lease } from '@heddle/domain';
import { readStream } from '@heddle/event-log';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { jsonOf } from './json-of';
import { RENEWAL_STREAM } from './streams';
import { cellSubject, tickSubject } from './subjects';

const renewal = z.object({
  cell: z.string().min(1).max(255),
  /** Absent for a silk daemon. */
  incarnation: z.string().min(1).max(64).optional(),
  overlaySubnet: z.string().min(1).max(32),
});

/** "I still use this lease." */
export type Renewal = Pick<Lease, 'cell' | 'incarnation' | 'overlaySubnet'>;

/** The bytes of a renewal. */
export function renewalOf({ cell, incarnation, overlaySubnet }: Renewal): string {
  return JSON.stringify({ cell, incarnation, overlaySubnet });
}

/** What stands in the stream of renewals, with the time the server stamped on it: epoch milliseconds of its clock. */
export type RenewalMessage = { readonly stampedAtMs: number } & (
  | { readonly kind: 'renewal'; readonly renewal: Renewal }
  | { readonly kind: 'tick'; readonly observer: string; readonly number: number }
  | { readonly kind: 'malformed'; readonly subject: string }
);

/** Everyone's newest renewal, and then each as it comes, until the signal says stop; also where the stream is made anew. */
export async function* readRenewals(connection: NatsConnection, signal: AbortSignal): AsyncGenerator<RenewalMessage> {
  for await (const { subject, data, stampedAtMs } of readStream(connection, RENEWAL_STREAM, 0, signal, () => {}))
    yield { stampedAtMs, ...parse(subject, data) };
}

/** Sends a renewal on behalf of a cell that has no line of its own to the server. */
export function publishRenewal(connection: NatsConnection, lease: Renewal): void {
  connection.publish(cellSubject.renewal(lease.cell), renewalOf(lease));
}

/** Sends a tick into the stream of renewals. */
export function publishTick(connection: NatsConnection, observer: string, number: number): void {
  connection.publish(tickSubject.of(observer), JSON.stringify({ number }));
}

const tick = z.object({ number: z.int().min(0) });

type Parsed = RenewalMessage extends infer M ? (M extends RenewalMessage ? Omit<M, 'stampedAtMs'> : never) : never;

function parse(subject: string, data: Uint8Array): Parsed {
  const value = jsonOf(data);
  const asTick = tick.safeParse(value);
  const [, kind, observer = ''] = subject.split('.');
  if (kind === 'tick' && asTick.success) return { kind: 'tick', observer, ...asTick.data };
  const asRenewal = renewal.safeParse(value);
  // A cell speaks for itself only.
  if (asRenewal.success && subject === cellSubject.renewal(asRenewal.data.cell))
    return { kind: 'renewal', renewal: asRenewal.data };
  return { kind: 'malformed', subject };
}
