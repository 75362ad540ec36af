import { Controller, Get, HttpCode, Inject, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Lease } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import type { Request } from 'express';
import { z } from 'zod';
import { changePage, type ChangePage } from '../changes/change-page';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { pageQuery, requireWindow } from '../http/page-query';
import { Validated } from '../http/validated-query';
import { readWhichLease, standingLease, standingOrLostLease } from './which-lease';

/** A lease as operators see it: one that stands, or one that was lost and whose subnet is in quarantine. */
export interface LeaseView extends Lease {
  readonly state: 'live' | 'silent' | 'quarantined';
  /** For how long its holder has not renewed, as far as this control plane knows; `null` for a lease that ended. */
  readonly silentForMs: number | null;
  /** How and when it was lost. */
  readonly ended?: { readonly how: 'expired' | 'fenced'; readonly at: string };
}

const name = z.string().min(1).optional();
const historyQuery = pageQuery.omit({ app: true }).extend({ cell: name, subnet: name });

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

  @Get('history')
  @ApiOperation({ summary: 'List what became of the leases of a cell or a subnet, the newest change first' })
  @ApiQuery({ name: 'cell', required: false, description: 'Only changes to leases of this cell' })
  @ApiQuery({ name: 'subnet', required: false, description: 'Only changes to leases of this subnet' })
  @ApiQuery({ name: 'since', required: false, description: 'Only changes at this time or later (ISO 8601 with zone)' })
  @ApiQuery({ name: 'until', required: false, description: 'Only changes before this time (ISO 8601 with zone)' })
  @ApiQuery({
    name: 'before',
    required: false,
    description: 'Only changes with a lower sequence: the `next` of the page before',
  })
  @ApiQuery({ name: 'limit', required: false, description: 'At most so many, 1–500 (50)' })
  async history(@Query(new Validated(historyQuery)) query: z.output<typeof historyQuery>): Promise<ChangePage> {
    requireWindow(query);
    const { cell, subnet, since, until, before, limit } = query;
    return changePage(this.core, limit, {
      lease: { cell, subnet },
      ...{ sinceMs: since, untilMs: until, beforeSeq: before },
    });
  }

  /** Of a subnet in quarantine it says that its old holder is gone. */
  @Post('release')
  @HttpCode(200)
  @ApiOperation({ summary: 'Release a lease whose holder is known to be gone; ends the quarantine of its subnet' })
  async release(@Req() request: Request, @Caller() caller: Identity): Promise<{ released: Lease }> {
    const { leases } = this.core;
    const lease = standingOrLostLease(leases.state, await readWhichLease(request));
    const { cell, incarnation } = lease;
    await leases.execute({ type: 'release-lease', cell, incarnation }, commandContext(request, caller));
    return { released: lease };
  }

  @Post('fence')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a lease from its holder: its subnet goes into quarantine, its peers drop it at once' })
  async fence(@Req() request: Request, @Caller() caller: Identity): Promise<{ fenced: Lease }> {
    const { leases, leaseKeeper } = this.core;
    const lease = standingLease(leases.state, await readWhichLease(request));
    const command = () => ({ type: 'fence-lease', lease, because: 'ordered', atMs: leaseKeeper.nowMs() }) as const;
    await leases.execute(command, commandContext(request, caller));
    return { fenced: lease };
  }
}
