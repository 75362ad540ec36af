import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { listDrift, type DriftReport } from '@heddle/cell-protocol';
import { isoTime } from '@heddle/platform';
import { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { pageQuery } from '../http/page-query';
import { Validated } from '../http/validated-query';

/** What somebody else had changed of the rules of a cell, as operators see it. */
interface DriftView extends Omit<DriftReport, 'foundAtMs'> {
  /** By the clock of the cell. */
  readonly foundAt: string;
}

const listQuery = z.strictObject({ cell: z.string().min(1).optional(), limit: pageQuery.shape.limit });

/** What others have changed of the rules of cells. */
@ApiTags('Cells')
@ApiBearerAuth()
@Controller('api/v1/drift')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class DriftController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'List what others had changed of the rules of cells, the newest first' })
  @ApiQuery({ name: 'cell', required: false, description: 'Only on this cell' })
  @ApiQuery({ name: 'limit', required: false, description: 'At most so many, 1–500 (50)' })
  async list(@Query(new Validated(listQuery)) query: z.output<typeof listQuery>): Promise<{ drift: DriftView[] }> {
    const found = await listDrift(this.core.connection, query);
    return { drift: found.map(({ foundAtMs, ...report }) => ({ ...report, foundAt: isoTime(foundAtMs) })) };
  }
}
