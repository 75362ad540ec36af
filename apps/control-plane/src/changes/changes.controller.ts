import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Change } from '@heddle/read-model';
import { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { BadRequest } from '../http/problem';
import { ApiPage, changeFilter, pageQuery, requireWindow, sequence } from '../http/page-query';
import { Validated } from '../http/validated-query';
import { changePage, type ChangePage } from './change-page';
import { enforcementView, type EnforcementView } from './change-view';
import { exposureView, type ExposureView } from './exposure-view';

const listQuery = pageQuery.extend(changeFilter);
const oneQuery = z.strictObject({ wait: z.coerce.number<string>('must be seconds').min(0).max(60).default(0) });
const ApiWait = () =>
  ApiQuery({
    name: 'wait',
    required: false,
    description: 'Hold the answer until the change is in force, at most so many seconds (0–60)',
  });

/** The audit trail: every committed change, and where it is in force. */
@ApiTags('Changes')
@ApiBearerAuth()
@Controller('api/v1/changes')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class ChangesController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'List changes, the newest first' })
  @ApiQuery({
    name: 'app',
    required: false,
    description: 'Only changes that name this app, with effect on it or without',
  })
  @ApiQuery({ name: 'actor', required: false, description: 'Only changes of the one with this name' })
  @ApiQuery({ name: 'type', required: false, description: 'Only changes of this type, with its version or without' })
  @ApiQuery({ name: 'reason', required: false, description: 'Only changes whose reason has this text in it' })
  @ApiPage('changes')
  async list(@Query(new Validated(listQuery)) query: z.output<typeof listQuery>): Promise<ChangePage> {
    requireWindow(query);
    const { app, actor, type, reason, since, until, before, limit } = query;
    const wanted = { app, actor, type, reason, sinceMs: since, untilMs: until, beforeSeq: before };
    return changePage(this.core, limit, wanted);
  }

  @Get(':seq')
  @ApiOperation({ summary: 'One change, and the receipt of each cell it concerns' })
  @ApiWait()
  async one(
    @Param('seq', new Validated(sequence)) seq: number,
    @Query(new Validated(oneQuery)) { wait }: z.output<typeof oneQuery>,
  ): Promise<Change & { enforcement: EnforcementView }> {
    const change = await this.existing(seq);
    return { ...change, enforcement: await this.enforcementAfter(seq, wait) };
  }

  @Get(':seq/enforcement')
  @ApiOperation({ summary: 'On which cells a change is in force, since when, and how many flows it cut' })
  @ApiWait()
  async enforcement(
    @Param('seq', new Validated(sequence)) seq: number,
    @Query(new Validated(oneQuery)) { wait }: z.output<typeof oneQuery>,
  ): Promise<EnforcementView & { seq: number }> {
    await this.existing(seq);
    return { seq, ...(await this.enforcementAfter(seq, wait)) };
  }

  @Get(':seq/exposure')
  @ApiOperation({ summary: 'How long what a change took away was still allowed on some cell, as the receipts say' })
  async exposure(@Param('seq', new Validated(sequence)) seq: number): Promise<ExposureView> {
    const change = await this.existing(seq);
    const { enforcement: projection, liveness } = this.core;
    const enforcement = await projection.enforcementOf(seq);
    return exposureView(change, { enforcement, book: projection.state, liveness });
  }

  private async existing(seq: number): Promise<Change> {
    await this.core.sql.caughtUp();
    const change = await this.core.readModel.change(seq);
    if (!change) throw new BadRequest('no-such-change', `there is no change ${seq}`, 404);
    return change;
  }

  private async enforcementAfter(seq: number, waitSeconds: number): Promise<EnforcementView> {
    await this.core.enforcement.settled(seq, waitSeconds * 1000);
    return enforcementView(await this.core.enforcement.enforcementOf(seq), this.core.liveness);
  }
}
