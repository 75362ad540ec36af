import { randomUUID } from 'node:crypto';
import { isBlock } from '@heddle/domain';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { renewalOf } from './renewals';
import { cellSubject, leaseSubject } from './subjects';

/** As `HEDDLE_CELL` has it. No name looks like an address, which is what silk daemons are known by. */
const cellName = z.string().regex(/^[A-Za-z0-9_-]{1,63}$/);
const incarnation = z.uuid();
const subnet = z.cidrv4().refine(isBlock, 'has bits set behind its prefix');

/** What a cell sends to acquire a lease; also to hear whether the one it has still stands. */
export const acquireRequest = z.object({
  cell: cellName,
  incarnation,
  underlayAddress: z.ipv4(),
  /** Whether the cell wants one address, a /32, instead of a block. */
  singleAddress: z.boolean().optional(),
  /** The lease the cell remembers: given again, where the log does not know it and nobody else has it. */
  held: z.object({ overlaySubnet: subnet, overlayHardwareAddress: z.mac() }).optional(),
});

/** What a cell sends to release its lease, or to say that it has stopped using one it lost. */
export const releaseRequest = z.object({ cell: cellName, incarnation });

/** A lease as it travels between cell and control plane. */
export const leaseMessage = z.object({
  cell: cellName,
  incarnation,
  /** Which incarnation of the cell's name it is, from 1. */
  incarnationNumber: z.int().min(1),
  underlayAddress: z.ipv4(),
  overlaySubnet: subnet,
  overlayHardwareAddress: z.mac(),
});

/** The lease, and the networks of the overlay. */
export const leaseGrant = z.object({ lease: leaseMessage, overlayNetworks: z.array(subnet).min(1) });

export type AcquireRequest = z.infer<typeof acquireRequest>;
export type ReleaseRequest = z.infer<typeof releaseRequest>;
export type LeaseGrant = z.infer<typeof leaseGrant>;
export type LeaseMessage = z.infer<typeof leaseMessage>;

/** The control plane said no; asking again the same way will not help. `code` is the domain's {@link RefusalCode}. */
export class LeaseRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'LeaseRefused';
  }
}

const answer = z.union([
  z.object({ response: z.unknown(), isDisposed: z.literal(true) }),
  z.object({ err: z.object({ code: z.string(), message: z.string() }) }),
]);

/** How a cell asks for its lease. The envelope is that of NestJS's NATS transport, which answers on the other side. */
export class LeaseClient {
  constructor(
    private readonly connection: NatsConnection,
    private readonly timeoutMs = 5_000,
  ) {}

  /** @throws {LeaseRefused} by the domain; a NATS error when nobody answers in time. */
  async acquire(request: AcquireRequest): Promise<LeaseGrant> {
    return leaseGrant.parse(await this.ask(leaseSubject.acquire, request));
  }

  /** Says that the lease is still in use. Nobody answers: that a lease was lost is in its document. */
  renew(lease: Pick<LeaseMessage, 'cell' | 'incarnation' | 'overlaySubnet'>): void {
    this.connection.publish(cellSubject.renewal(lease.cell), renewalOf(lease));
  }

  /** Gives the lease back; of none is fine. */
  async release(request: ReleaseRequest): Promise<void> {
    await this.ask(leaseSubject.release, request);
  }

  private async ask(pattern: string, data: unknown): Promise<unknown> {
    const request = JSON.stringify({ id: randomUUID(), pattern, data });
    const reply = await this.connection.request(pattern, request, { timeout: this.timeoutMs });
    const said = answer.parse(JSON.parse(new TextDecoder().decode(reply.data)));
    if ('err' in said) throw new LeaseRefused(said.err.code, said.err.message);
    return said.response;
  }
}
