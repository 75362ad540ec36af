import { randomUUID } from 'node:crypto';
import type { NatsConnection } from 'nats';
import { z } from 'zod';
import { leaseSubject } from './subjects';

/** What a cell sends to acquire a lease. */
export const acquireRequest = z.object({ cell: z.string().min(1).max(255), underlayAddress: z.ipv4() });

/** What a cell sends to release its lease. */
export const releaseRequest = z.object({ cell: z.string().min(1).max(255) });

/** A lease as it travels between cell and control plane. */
export const leaseMessage = z.object({
  cell: z.string().min(1).max(255),
  underlayAddress: z.ipv4(),
  overlaySubnet: z.cidrv4(),
  overlayHardwareAddress: z.mac(),
});

/** The lease, and the network it is cut from. */
export const leaseGrant = z.object({ lease: leaseMessage, overlayNetwork: z.cidrv4() });

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
  async acquire(request: z.infer<typeof acquireRequest>): Promise<LeaseGrant> {
    return leaseGrant.parse(await this.ask(leaseSubject.acquire, request));
  }

  /** Says that the lease is still in use. @throws {LeaseRefused} when it is not this cell's any more. */
  async renew(lease: LeaseMessage): Promise<void> {
    await this.ask(leaseSubject.renew, lease);
  }

  /** Gives the lease back; of none is fine. */
  async release(cell: string): Promise<void> {
    await this.ask(leaseSubject.release, { cell });
  }

  private async ask(pattern: string, data: unknown): Promise<unknown> {
    const request = JSON.stringify({ id: randomUUID(), pattern, data });
    const reply = await this.connection.request(pattern, request, { timeout: this.timeoutMs });
    const said = answer.parse(JSON.parse(new TextDecoder().decode(reply.data)));
    if ('err' in said) throw new LeaseRefused(said.err.code, said.err.message);
    return said.response;
  }
}
