import { Controller, Inject, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { acquireRequest, leaseMessage, leaseSubject, releaseRequest, type LeaseGrant } from '@heddle/cell-protocol';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { LeaseErrors } from './lease-errors';

/** Cells ask for their leases here, by request and reply over NATS. */
@Controller()
@UseFilters(LeaseErrors)
export class LeasesController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @MessagePattern(leaseSubject.acquire)
  async acquire(@Payload() request: unknown): Promise<LeaseGrant> {
    const lease = await this.core.leaseKeeper.acquire(acquireRequest.parse(request));
    return { lease: leaseMessage.parse(lease), overlayNetworks: [...this.core.overlayNetworks] };
  }

  @MessagePattern(leaseSubject.release)
  async release(@Payload() request: unknown): Promise<object> {
    await this.core.leaseKeeper.release(releaseRequest.parse(request));
    return {};
  }
}
