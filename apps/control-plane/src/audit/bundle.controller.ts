import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { sendAsMade } from '../http/send-as-made';
import { Validated } from '../http/validated-query';
import { whenGone } from '../http/when-gone';
import { bundleQuery, bundleRange } from './bundle-range';
import { exportBundle } from './export-bundle';

/** Pieces of the log that can be checked elsewhere. */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('api/v1/audit/bundle')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class BundleController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({
    summary: 'A piece of the log with checkpoints and receipts, as JSON lines: heddle audit verify checks it',
  })
  @ApiQuery({ name: 'from', required: false, description: 'The first change: its number, or a time (the first)' })
  @ApiQuery({ name: 'to', required: false, description: 'The last change: its number, or a time (the newest)' })
  async bundle(
    @Query(new Validated(bundleQuery)) query: z.output<typeof bundleQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const gone = whenGone(request);
    const bundle = await exportBundle(this.core, await bundleRange(this.core, query), gone);
    response.type('application/x-ndjson');
    await sendAsMade(bundle, response, gone);
  }
}
