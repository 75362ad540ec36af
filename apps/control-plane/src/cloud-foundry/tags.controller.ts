import { Controller, Get, Inject, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { tagsIn } from '@heddle/domain';
import { renderTags } from '@heddle/wire-cf';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { AsText } from '../policies/as-text';
import { CloudFoundryErrors } from '../policies/cloud-foundry-errors';

/** Under this token the number of bytes a tag is written with is given. */
export const TAG_LENGTH = Symbol('tag length');

/** The tags in use, in the format of Cloud Foundry's policy server. */
@ApiTags('Cloud Foundry')
@ApiBearerAuth()
@Controller('networking/:version/external/tags')
@UseGuards(BearerGuard)
@UseFilters(CloudFoundryErrors)
@AllowScopes('network.admin')
export class TagsController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(TAG_LENGTH) private readonly tagLength: number,
  ) {}

  @Get()
  @AsText()
  @ApiOperation({ summary: 'List the tags of apps, lowest first' })
  list(): string {
    return renderTags(tagsIn(this.core.policies.state), this.tagLength);
  }
}
