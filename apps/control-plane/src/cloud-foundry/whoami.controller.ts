import { Controller, Get, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Identity } from '@heddle/platform';
import { goJson } from '@heddle/wire-cf';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { AsText } from '../policies/as-text';
import { CloudFoundryErrors } from '../policies/cloud-foundry-errors';

/** Whom a token belongs to. */
@ApiTags('Cloud Foundry')
@ApiBearerAuth()
@Controller('networking/:version/external/whoami')
@UseGuards(BearerGuard)
@UseFilters(CloudFoundryErrors)
@AllowScopes('network.admin')
export class WhoamiController {
  @Get()
  @AsText()
  @ApiOperation({ summary: 'Name the owner of the token' })
  whoami(@Caller() { name }: Identity): string {
    return goJson({ subject: name });
  }
}
