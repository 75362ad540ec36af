import { Controller, Get, Header, HttpCode, Inject, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Refused, type Policy, type PolicyCommand } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import {
  BODY_LIMIT,
  parsePolicies,
  parsePolicyQuery,
  renderPolicies,
  WireError,
  type PolicyQuery,
} from '@heddle/wire-cf';
import type { Request } from 'express';
import { ACCESS, ADMIN_SCOPE, type AccessControl } from '../access/access-control';
import { CLEANUP, type PolicyCleanup } from '../access/policy-cleanup';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller, SelfService } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { readBody } from '../http/request-body';
import { CloudFoundryErrors } from './cloud-foundry-errors';
import { VersionGuard } from './version-guard';

/** Policies in the format of Cloud Foundry's policy server. */
@ApiTags('Cloud Foundry')
@ApiBearerAuth()
@Controller('networking/:version/external/policies')
@UseGuards(VersionGuard, BearerGuard)
@UseFilters(CloudFoundryErrors)
@AllowScopes(ADMIN_SCOPE, 'network.write')
@SelfService()
export class PoliciesController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
    @Inject(CLEANUP) private readonly cleanup: PolicyCleanup,
  ) {}

  @Post()
  @HttpCode(200)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Add policies; those that exist stay as they are' })
  async create(@Req() request: Request, @Caller() caller: Identity): Promise<string> {
    const maxPerSource = this.access.quotaFor(caller);
    const toCommand = (policies: readonly Policy[]) =>
      ({ type: 'add-policies', policies, maxPerSource, avoidTags: this.core.quarantine.tags() }) as const;
    return this.change(toCommand, request, caller, ['failed reading request body', 'database create failed']);
  }

  @Post('delete')
  @HttpCode(200)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Remove policies; those that do not exist are passed over' })
  async delete(@Req() request: Request, @Caller() caller: Identity): Promise<string> {
    const toCommand = (policies: readonly Policy[]) => ({ type: 'remove-policies', policies }) as const;
    return this.change(toCommand, request, caller, ['invalid request body', 'database delete failed']);
  }

  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'List policies; filter by `id`, `source_id`, `dest_id`' })
  async list(@Req() request: Request, @Caller() caller: Identity): Promise<string> {
    const query = parsePolicyQuery(new URL(request.originalUrl, 'http://heddle').search);
    return renderPolicies(await this.access.visible(caller, await this.read(query)));
  }

  @Post('cleanup')
  @HttpCode(200)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @AllowScopes(ADMIN_SCOPE)
  @SelfService(false)
  @ApiOperation({ summary: 'Remove policies whose apps the Cloud Controller no longer has, and list them' })
  async clean(@Caller() caller: Identity): Promise<string> {
    try {
      return renderPolicies(await this.cleanup.clean(`on request of ${caller.name}`));
    } catch (cause) {
      throw new WireError(500, 'policies cleanup failed', { cause });
    }
  }

  private async read(query: PolicyQuery): Promise<Policy[]> {
    try {
      await this.core.sql.caughtUp();
      return await this.core.readModel.listPolicies(query);
    } catch (cause) {
      throw new WireError(500, 'database read failed', { cause });
    }
  }

  private async change(
    toCommand: (policies: readonly Policy[]) => PolicyCommand,
    request: Request,
    caller: Identity,
    [unreadable, failed]: [string, string],
  ): Promise<string> {
    const body = await readBody(request, BODY_LIMIT).catch((cause: unknown) => {
      throw new WireError(400, unreadable, { cause });
    });
    const policies = parsePolicies(body);
    await this.access.requireApps(caller, policies);
    try {
      await this.core.policies.execute(() => toCommand(policies), commandContext(request, caller));
    } catch (cause) {
      if (cause instanceof Refused && cause.code === 'quota-exceeded')
        throw new WireError(403, 'policy quota exceeded');
      throw new WireError(500, failed, { cause });
    }
    return '{}';
  }
}
