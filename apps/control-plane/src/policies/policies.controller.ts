import { Controller, Get, Header, HttpCode, Inject, Post, Req, UseFilters, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { PolicyCommand } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import { BODY_LIMIT, parsePolicies, parsePolicyQuery, renderPolicies, WireError } from '@heddle/wire-cf';
import type { Request } from 'express';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
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
@AllowScopes('network.admin', 'network.write')
export class PoliciesController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Post()
  @HttpCode(200)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Add policies; those that exist stay as they are' })
  async create(@Req() request: Request, @Caller() caller: Identity): Promise<string> {
    return this.change('add-policies', request, caller, ['failed reading request body', 'database create failed']);
  }

  @Post('delete')
  @HttpCode(200)
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Remove policies; those that do not exist are passed over' })
  async delete(@Req() request: Request, @Caller() caller: Identity): Promise<string> {
    return this.change('remove-policies', request, caller, ['invalid request body', 'database delete failed']);
  }

  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'List policies; filter by `id`, `source_id`, `dest_id`' })
  async list(@Req() request: Request): Promise<string> {
    const query = parsePolicyQuery(new URL(request.originalUrl, 'http://heddle').search);
    try {
      await this.core.sql.caughtUp();
      return renderPolicies(await this.core.readModel.listPolicies(query));
    } catch (cause) {
      throw new WireError(500, 'database read failed', { cause });
    }
  }

  private async change(
    type: 'add-policies' | 'remove-policies',
    request: Request,
    caller: Identity,
    [unreadable, failed]: [string, string],
  ): Promise<string> {
    const body = await readBody(request, BODY_LIMIT).catch((cause: unknown) => {
      throw new WireError(400, unreadable, { cause });
    });
    const policies = parsePolicies(body);
    try {
      const command = (): PolicyCommand =>
        type === 'add-policies' ? { type, policies, avoidTags: this.core.quarantine.tags() } : { type, policies };
      await this.core.policies.execute(command, commandContext(request, caller));
    } catch (cause) {
      throw new WireError(500, failed, { cause });
    }
    return '{}';
  }
}
