import { Controller, Inject, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { inTurns, type Identity, type Portions } from '@heddle/platform';
import { renderInSteps, WireError } from '@heddle/wire-cf';
import type { Request } from 'express';
import { ADMIN_SCOPE } from '../access/access-control';
import { CLEANUP, type PolicyCleanup } from '../access/policy-cleanup';
import { logRefusal } from '../cloud-foundry/log-refusal';
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
@AllowScopes(ADMIN_SCOPE)
export class CleanupController {
  constructor(@Inject(CLEANUP) private readonly cleanup: PolicyCleanup) {}

  /** The policies removed, in the form of v1 whatever the version. */
  @Post()
  @AsText()
  @ApiOperation({ summary: 'Remove policies of apps that Cloud Controller does not know' })
  async cleanUp(@Req() request: Request, @Caller() caller: Identity): Promise<Portions> {
    try {
      const removed = await this.cleanup.clean(`on request of ${caller.name}`, commandContext(request, caller));
      return await inTurns(renderInSteps(removed));
    } catch (cause) {
      throw logRefusal(cause) ?? new WireError(500, 'policies cleanup failed', { cause });
    }
  }
}
