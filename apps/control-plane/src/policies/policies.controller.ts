import { Controller, Get, Inject, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AgainstGuardrail, Refused, type Policy, type PolicyCommand } from '@heddle/domain';
import { EventTooLarge } from '@heddle/event-log';
import { inTurns, type Identity, type Portions } from '@heddle/platform';
import {
  BODY_LIMIT,
  parsePolicies,
  parsePolicyQuery,
  renderInSteps,
  WireError,
  type ApiVersion,
} from '@heddle/wire-cf';
import type { Request, Response } from 'express';
import { ACCESS, ADMIN_SCOPE, type AccessControl } from '../access/access-control';
import { logRefusal } from '../cloud-foundry/log-refusal';
import { readTarget } from '../cloud-foundry/request-target';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { tellGuardrails, violationsIn } from '../guardrails/guardrails-header';
import { withSpaces } from '../guardrails/with-spaces';
import { AllowScopes, BearerGuard, Caller, SelfService } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { readBody } from '../http/request-body';
import { noteAsked } from '../refused/refused-attempts';
import { AsText } from './as-text';
import { answerWhenInForce } from './answer-when-in-force';
import { CloudFoundryErrors } from './cloud-foundry-errors';

/** Policies in the format of Cloud Foundry's policy server. */
@ApiTags('Cloud Foundry')
@ApiBearerAuth()
@Controller('networking/:version/external/policies')
@UseGuards(BearerGuard)
@UseFilters(CloudFoundryErrors)
@AllowScopes(ADMIN_SCOPE, 'network.write')
@SelfService()
export class PoliciesController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
  ) {}

  @Post()
  @AsText()
  @ApiOperation({ summary: 'Add policies; those that exist stay as they are' })
  async create(
    @Req() request: Request,
    @Param('version') version: ApiVersion,
    @Caller() caller: Identity,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const policies = await policiesIn(request, version, 'failed reading request body');
    noteAsked(request, 'add-policies', policies);
    await this.access.requireApps(caller, policies);
    const maxPerSource = this.access.quotaFor(caller);
    const { core, access } = this;
    const adding = withSpaces({ core, access }, policies, ({ spaces }) =>
      core.policies.execute(
        (): PolicyCommand => ({
          ...{ type: 'add-policies', policies, spaces, avoidTags: core.quarantine.tags() },
          ...(maxPerSource !== undefined && { maxPerSource }),
        }),
        commandContext(request, caller),
      ),
    );
    const { event } = await adding.catch(asWireError('database create failed', response));
    tellGuardrails(response, violationsIn(event));
    return answerWhenInForce(this.core, policies, request, response);
  }

  @Post('delete')
  @AsText()
  @ApiOperation({ summary: 'Remove policies; those that do not exist are passed over' })
  async delete(
    @Req() request: Request,
    @Param('version') version: ApiVersion,
    @Caller() caller: Identity,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const policies = await policiesIn(request, version, 'invalid request body');
    noteAsked(request, 'remove-policies', policies);
    await this.access.requireApps(caller, policies);
    const removing = this.core.policies.execute({ type: 'remove-policies', policies }, commandContext(request, caller));
    await removing.catch(asWireError('database delete failed', response));
    return answerWhenInForce(this.core, policies, request, response);
  }

  @Get()
  @AsText()
  @ApiOperation({ summary: 'List policies; filter by `id`, `source_id`, `dest_id`' })
  async list(
    @Req() request: Request,
    @Param('version') version: ApiVersion,
    @Caller() caller: Identity,
  ): Promise<Portions> {
    const query = parsePolicyQuery(readTarget(request.originalUrl)?.query ?? '');
    const policies = await this.core.standingPolicies.list(query);
    return inTurns(renderInSteps(await this.access.visible(caller, policies), version));
  }
}

/** What became of a command that failed, in the words of Cloud Foundry. */
function asWireError(failed: string, response: Response): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof WireError) throw cause;
    if (cause instanceof AgainstGuardrail) {
      tellGuardrails(response, [cause.guardrail]);
      throw new WireError(403, cause.message, { code: cause.code });
    }
    if (cause instanceof Refused && cause.code === 'quota-exceeded')
      throw new WireError(403, 'policy quota exceeded', { code: cause.code });
    if (cause instanceof EventTooLarge) throw new WireError(400, cause.message, { cause });
    throw logRefusal(cause) ?? new WireError(500, failed, { cause });
  };
}

async function policiesIn(request: Request, version: ApiVersion, unreadable: string): Promise<Policy[]> {
  const body = await readBody(request, BODY_LIMIT).catch((cause: unknown) => {
    throw new WireError(400, unreadable, { cause });
  });
  return parsePolicies(body, version);
}
