import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { KeptRefusal } from '@heddle/event-log';
import type { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { ApiPage, pageQuery, requireWindow } from '../http/page-query';
import { Validated } from '../http/validated-query';
import { REFUSED, type RefusedAttempts } from './refused-attempts';

const name = pageQuery.shape.app;
const listQuery = pageQuery.extend({ actor: name });

/** The other half of the audit trail: what was asked and not done. */
@ApiTags('Changes')
@ApiBearerAuth()
@Controller('api/v1/refused')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class RefusedController {
  constructor(@Inject(REFUSED) private readonly refused: RefusedAttempts) {}

  @Get()
  @ApiOperation({ summary: 'List refused attempts, the newest first' })
  @ApiQuery({ name: 'app', required: false, description: 'Only attempts whose listed policies name this app' })
  @ApiQuery({ name: 'actor', required: false, description: 'Only attempts of the one with this name' })
  @ApiPage('attempts')
  async list(
    @Query(new Validated(listQuery)) query: z.output<typeof listQuery>,
  ): Promise<{ refused: readonly KeptRefusal[]; next: number | null }> {
    requireWindow(query);
    const { app, actor, since, until, before, limit } = query;
    const filter = { app, actor, sinceMs: since, untilMs: until, beforeSeq: before, limit };
    const { refusals, next } = await this.refused.list(filter);
    return { refused: refusals, next };
  }
}
