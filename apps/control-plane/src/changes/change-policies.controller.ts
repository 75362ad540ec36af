import { Controller, HttpCode, Inject, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Identity } from '@heddle/platform';
import type { Request } from 'express';
import { z } from 'zod';
import { ACCESS, ADMIN_SCOPE, type AccessControl } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { withSpaces } from '../guardrails/with-spaces';
import { AllowScopes, BearerGuard, Caller, SelfService } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { jsonBody } from '../http/json-body';
import { Validated } from '../http/validated-query';
import { noteAsked } from '../refused/refused-attempts';
import { changeBody, dryRunFlag } from './change-body';
import { planned, type Planned } from './planned';
import { policyCommand } from './policy-change';

const LARGEST_BODY = 2 ** 20;
const changeQuery = z.strictObject({ dryRun: dryRunFlag });

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
  @ApiQuery({ name: 'dryRun', required: false, description: '`true`: only tell what would become of it' })
  async change(
    @Req() request: Request,
    @Query(new Validated(changeQuery)) { dryRun }: z.output<typeof changeQuery>,
    @Caller() caller: Identity,
  ): Promise<Changed | Planned> {
    const body = new Validated(changeBody).transform(await jsonBody(request, LARGEST_BODY));
    noteAsked(request, body.type, body.policies);
    await this.access.requireApps(caller, body.policies);
    const context = commandContext(request, caller);
    const command = policyCommand(this.core, body, context, this.access.quotaFor(caller));
    const { core, access } = this;
    // Nothing that only takes away is held against guardrails.
    const policies = body.type === 'add-policies' ? body.policies : [];
    if (dryRun) {
      return withSpaces({ core, access }, policies, (known) => planned(core, command({ ...known, tellsAll: true })()));
    }
    const { event } = await withSpaces({ core, access }, policies, (known) =>
      core.policies.execute(command(known), context),
    );
    return { change: event?.seq ?? null, data: event?.data ?? null };
  }
}
