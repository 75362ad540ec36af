import { Controller, Get, Inject, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isoTime } from '@heddle/platform';
import type { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { Validated } from '../http/validated-query';
import type { AsOf } from '../past/as-of';
import { ApiAt } from '../past/moment-decorators';
import { pastQuery } from '../past/past-query';
import { placementMoment } from '../placements/placement-moment';
import { cellRules, type CellRules } from './cell-rules';

const rulesQuery = pastQuery.pick({ at: true });

/** What the kernel of a cell should have held. */
@ApiTags('Past')
@ApiBearerAuth()
@Controller('api/v1/cells')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class RulesController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get(':cell/rules')
  @ApiOperation({ summary: 'The rules that a cell should have had at a moment, as nft or iptables-restore takes them' })
  @ApiAt()
  async rules(
    @Param('cell') cell: string,
    @Query(new Validated(rulesQuery)) { at }: z.output<typeof rulesQuery>,
  ): Promise<CellRules & { readonly cell: string; readonly asOf: AsOf; readonly at: string }> {
    const moment = await placementMoment(this.core, at);
    return { cell, asOf: moment.asOf, at: isoTime(moment.ms), ...(await cellRules(this.core, cell, moment)) };
  }
}
