import { Controller, Inject, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Identity } from '@heddle/platform';
import { renderPolicies, WireError } from '@heddle/wire-cf';
import type { Request } from 'express';
import { ACCESS, type AccessControl } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { AsText } from './as-text';
import { CloudFoundryErrors } from './cloud-foundry-errors';

/** Removes the policies of apps that are gone, now instead of at the next round. */
@ApiTags('Cloud Foundry')
@ApiBearerAuth()
@Controller('networking/:version/external/policies/cleanup')
@UseGuards(BearerGuard)
@UseFilters(CloudFoundryErrors)
@AllowScopes('network.admin')
export class CleanupController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
  ) {}

  /** The policies removed, in the form of v1 whatever the version. */
  @Post()
  @AsText()
  @ApiOperation({ summary: 'Remove policies of apps that Cloud Controller does not know' })
  async cleanUp(@Req() request: Request, @Caller() caller: Identity): Promise<string> {
    try {
      await this.core.sql.caughtUp();
      const policies = await this.access.findStale(await this.core.readModel.listPolicies());
      if (policies.length > 0)
        await this.core.policies.execute({ type: 'remove-policies', policies }, commandContext(request, caller));
      return renderPolicies(policies);
    } catch (cause) {
      throw new WireError(500, 'policies cleanup failed', { cause });
    }
  }
}
