import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Change } from '@heddle/read-model';
import { z } from 'zod';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { BadRequest } from '../http/problem';
import { Validated } from '../http/validated-query';
import { enforcementView, type EnforcementView } from './change-view';

const sequence = z.coerce
  .number<string>('must be a sequence: a whole number from 1')
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER);
const moment = z.iso
  .datetime({ offset: true, error: 'must be a time like 2026-11-22T09:00:00Z' })
  .transform(Date.parse);

const listQuery = z.strictObject({
  app: z.string().min(1).optional(),
  since: moment.optional(),
  until: moment.optional(),
  before: sequence.optional(),
  limit: z.coerce.number<string>().int().min(1).max(500).default(50),
});
const oneQuery = z.strictObject({ wait: z.coerce.number<string>('must be seconds').min(0).max(60).default(0) });

/** The audit trail: every committed change, and where it is in force. */
@ApiTags('Changes')
@ApiBearerAuth()
@Controller('api/v1/changes')
@UseGuards(BearerGuard)
@AllowScopes('network.admin')
export class ChangesController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'List changes, the newest first' })
  @ApiQuery({ name: 'app', required: false, description: 'Only changes in which this app is source or destination' })
  @ApiQuery({ name: 'since', required: false, description: 'Only changes at this time or later (ISO 8601 with zone)' })
  @ApiQuery({ name: 'until', required: false, description: 'Only changes before this time (ISO 8601 with zone)' })
  @ApiQuery({
    name: 'before',
    required: false,
    description: 'Only changes with a lower sequence: the `next` of the page before',
  })
  @ApiQuery({ name: 'limit', required: false, description: 'At most so many, 1–500 (50)' })
  async list(
    @Query(new Validated(listQuery)) { app, since, until, before, limit }: z.output<typeof listQuery>,
  ): Promise<{ changes: Change[]; next: number | null }> {
    if (since !== undefined && until !== undefined && since > until) {
      throw new BadRequest('inverted-window', 'since: must not be later than until');
    }
    await this.core.sql.caughtUp();
    const filter = { app, sinceMs: since, untilMs: until, beforeSeq: before, limit: limit + 1 };
    const found = await this.core.readModel.listChanges(filter);
    const changes = found.slice(0, limit);
    return { changes, next: found.length > limit ? (changes.at(-1)?.seq ?? null) : null };
  }

  @Get(':seq')
  @ApiOperation({ summary: 'One change, and the receipt of each cell it concerns' })
  @ApiQuery({
    name: 'wait',
    required: false,
    description: 'Hold the answer until the change is in force, at most so many seconds (0–60)',
  })
  async one(
    @Param('seq', new Validated(sequence)) seq: number,
    @Query(new Validated(oneQuery)) { wait }: z.output<typeof oneQuery>,
  ): Promise<Change & { enforcement: EnforcementView }> {
    const change = await this.existing(seq);
    return { ...change, enforcement: await this.enforcementAfter(seq, wait) };
  }

  @Get(':seq/enforcement')
  @ApiOperation({ summary: 'On which cells a change is in force, since when, and how many flows it cut' })
  @ApiQuery({
    name: 'wait',
    required: false,
    description: 'Hold the answer until the change is in force, at most so many seconds (0–60)',
  })
  async enforcement(
    @Param('seq', new Validated(sequence)) seq: number,
    @Query(new Validated(oneQuery)) { wait }: z.output<typeof oneQuery>,
  ): Promise<EnforcementView & { seq: number }> {
    await this.existing(seq);
    return { seq, ...(await this.enforcementAfter(seq, wait)) };
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
