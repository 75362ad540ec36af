import { Controller, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Identity } from '@heddle/platform';
import type { Request } from 'express';
import { ACCESS, ADMIN_SCOPE, type AccessControl } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller, SelfService } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { jsonBody } from '../http/json-body';
import { Validated } from '../http/validated-query';
import { noteAsked } from '../refused/refused-attempts';
import { changeBody } from './change-body';
import { policyCommand } from './policy-change';

const LARGEST_BODY = 2 ** 20;

/** What a request became. */
export interface Changed {
  /** The change; `null` when there was nothing to change. */
  readonly change: number | null;
  /** What it says, as `GET /api/v1/changes/<seq>` tells it; `null` likewise. */
  readonly data: unknown;
}

/** Changes of policies with what the routes of Cloud Foundry have no words for. */
@ApiTags('Changes')
@ApiBearerAuth()
@Controller('api/v1/changes')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, 'network.write')
@SelfService()
export class ChangePoliciesController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Add policies, for a while or for good; remove some; let some close by themselves' })
  async change(@Req() request: Request, @Caller() caller: Identity): Promise<Changed> {
    const body = new Validated(changeBody).transform(await jsonBody(request, LARGEST_BODY));
    noteAsked(request, body.type, body.policies);
    await this.access.requireApps(caller, body.policies);
    const context = commandContext(request, caller);
    const command = policyCommand(this.core, body, context, this.access.quotaFor(caller));
    const { event } = await this.core.policies.execute(command, context);
    return { change: event?.seq ?? null, data: event?.data ?? null };
  }
}
