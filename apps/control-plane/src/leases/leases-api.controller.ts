import { Controller, Get, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Lease } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import type { Request } from 'express';
import { z } from 'zod';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { BadRequest } from '../http/problem';
import { readBody } from '../http/request-body';
import { Validated } from '../http/validated-query';

/** A lease as operators see it: one that stands, or one that was lost and whose subnet is in quarantine. */
export interface LeaseView extends Lease {
  readonly state: 'live' | 'silent' | 'quarantined';
  /** For how long its holder has not renewed, as far as this control plane knows; `null` for a lease that ended. */
  readonly silentForMs: number | null;
  /** How and when it was lost. */
  readonly ended?: { readonly how: 'expired' | 'fenced'; readonly at: string };
}

const LARGEST_BODY = 4_096;
const which = z.strictObject({ subnet: z.string().min(1) });

/** Who holds which subnet. */
@ApiTags('Leases')
@ApiBearerAuth()
@Controller('api/v1/leases')
@UseGuards(BearerGuard)
@AllowScopes('network.admin')
export class LeasesApiController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'List leases, and the subnets in quarantine' })
  list(): { leases: LeaseView[] } {
    const { leases, leaseKeeper } = this.core;
    const standing = [...leases.state.byCell.values()].map((lease): LeaseView => ({
      ...lease,
      state: leaseKeeper.isAlive(lease) ? 'live' : 'silent',
      silentForMs: Math.round(leaseKeeper.silentForMs(lease)),
    }));
    const lost = [...leases.state.lost.values()].map(({ lease, ended, sinceMs }): LeaseView => ({
      ...lease,
      ...{ state: 'quarantined', silentForMs: null, ended: { how: ended, at: new Date(sinceMs).toISOString() } },
    }));
    return { leases: [...standing, ...lost].sort((a, b) => (a.overlaySubnet < b.overlaySubnet ? -1 : 1)) };
  }

  /** Of a subnet in quarantine it says that its old holder is gone. */
  @Post('release')
  @HttpCode(200)
  @ApiOperation({ summary: 'Release the lease of a subnet whose holder is known to be gone; ends its quarantine' })
  async release(@Req() request: Request, @Caller() caller: Identity): Promise<{ released: Lease }> {
    const { subnet } = await bodyOf(request);
    const { leases } = this.core;
    const lost = [...leases.state.lost.values()].map(({ lease }) => lease);
    const lease = leases.state.bySubnet.get(subnet) ?? lost.find(({ overlaySubnet }) => overlaySubnet === subnet);
    if (!lease) throw noSuchLease(subnet);
    const { cell, incarnation } = lease;
    await leases.execute({ type: 'release-lease', cell, incarnation }, commandContext(request, caller));
    return { released: lease };
  }

  @Post('fence')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a lease from its holder: its subnet goes into quarantine, its peers drop it at once' })
  async fence(@Req() request: Request, @Caller() caller: Identity): Promise<{ fenced: Lease }> {
    const { subnet } = await bodyOf(request);
    const { leases, leaseKeeper } = this.core;
    const lease = leases.state.bySubnet.get(subnet);
    if (!lease) throw noSuchLease(subnet);
    const command = () => ({ type: 'fence-lease', lease, because: 'ordered', atMs: leaseKeeper.nowMs() }) as const;
    await leases.execute(command, commandContext(request, caller));
    return { fenced: lease };
  }
}

function noSuchLease(subnet: string): BadRequest {
  return new BadRequest('no-such-lease', `nobody holds ${subnet}: see GET /api/v1/leases`, 404);
}

async function bodyOf(request: Request): Promise<z.output<typeof which>> {
  const text = (await readBody(request, LARGEST_BODY)).toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new BadRequest('invalid-request', 'the body is not JSON: send {"subnet":"10.255.1.0/24"}');
  }
  return new Validated(which).transform(body);
}
