import { Controller, Get, HttpCode, Inject, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Lease } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import type { Request } from 'express';
import { z } from 'zod';
import { changePage, type ChangePage } from '../changes/change-page';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { ApiPage, pageQuery, requireWindow } from '../http/page-query';
import { Validated } from '../http/validated-query';
import type { AsOf } from '../past/as-of';
import { ApiPastPage } from '../past/moment-decorators';
import { pastQuery, type PastQuery } from '../past/past-query';
import { standingPage } from '../past/standing-page';
import { readWhichLease, standingLease, standingOrLostLease } from './which-lease';

/** A lease as operators see it: one that stands, or one that was lost and whose subnet is in quarantine. */
export interface LeaseView extends Lease {
  readonly state: 'live' | 'silent' | 'quarantined';
  /** For how long its holder has not renewed, as far as this control plane knows; `null` for a lease that ended. */
  readonly silentForMs: number | null;
  /** How and when it was lost. */
  readonly ended?: { readonly how: 'expired' | 'fenced'; readonly at: string };
}

/** Part of the leases that stood at a moment. */
interface PastLeases {
  readonly asOf: AsOf;
  readonly leases: readonly (Lease & { readonly since: number })[];
  readonly next: string | null;
}

const name = z.string().min(1).optional();
const historyQuery = pageQuery.omit({ app: true }).extend({ cell: name, subnet: name });

/** Who holds which subnet. */
@ApiTags('Leases')
@ApiBearerAuth()
@Controller('api/v1/leases')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE)
export class LeasesApiController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
  @ApiOperation({ summary: 'List leases, and the subnets in quarantine; with `at`, the leases that stood then' })
  @ApiPastPage()
  async list(@Query(new Validated(pastQuery)) query: PastQuery): Promise<{ leases: LeaseView[] } | PastLeases> {
    if (query.at === undefined) return { leases: this.present() };
    const { items, ...page } = await standingPage(this.core, 'lease', query);
    return { ...page, leases: items };
  }

  @Get('history')
  @AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
  @ApiOperation({ summary: 'List what became of the leases of a cell or a subnet, the newest change first' })
  @ApiQuery({ name: 'cell', required: false, description: 'Only changes to leases of this cell' })
  @ApiQuery({ name: 'subnet', required: false, description: 'Only changes to leases of this subnet' })
  @ApiPage('changes')
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

  private present(): LeaseView[] {
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
    return [...standing, ...lost].sort((a, b) => (a.overlaySubnet < b.overlaySubnet ? -1 : 1));
  }
}
