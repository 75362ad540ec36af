import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Put, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Guardrail, GuardrailCommand, GuardrailStatement } from '@heddle/domain';
import type { CommandContext } from '@heddle/event-log';
import type { Identity } from '@heddle/platform';
import type { Request } from 'express';
import type { z } from 'zod';
import { ACCESS, ADMIN_SCOPE, AUDIT_SCOPE, type AccessControl } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { jsonBody } from '../http/json-body';
import { BadRequest } from '../http/problem';
import { Validated } from '../http/validated-query';
import { asOf, type AsOf } from '../past/as-of';
import { ApiPastPage } from '../past/moment-decorators';
import { pastQuery, type PastQuery } from '../past/past-query';
import { requireOrder } from '../past/reachability-query';
import { standingPage } from '../past/standing-page';
import { guardrailBody, guardrailName, statementBody } from './guardrail-body';
import { ApiViolations, violationQuery, violationWindow } from './violation-query';
import { violationPage, type ViolationPage } from './violations';

const LARGEST_BODY = 2 ** 20;
/** Whoever sets a guardrail is told so many policies that are against it already. */
const MOST_TOLD = 100;

/** What became of setting a guardrail. */
export interface GuardrailAnswer {
  /** The change; `null` when it stood like that already. */
  readonly change: number | null;
  readonly guardrail: Guardrail;
  /** The policies that are against it as it is set; they stay. */
  readonly standing: ViolationPage;
}

/** What no change may bring about, or not without being told so; and since when it is so all the same. */
@ApiTags('Guardrails')
@ApiBearerAuth()
@Controller('api/v1/guardrails')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class GuardrailsController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the guardrails that stood at a moment, the longest unaltered first' })
  @ApiPastPage()
  async list(
    @Query(new Validated(pastQuery)) query: PastQuery,
  ): Promise<{ asOf: AsOf; guardrails: readonly (Guardrail & { since: number })[]; next: string | null }> {
    const { items, ...page } = await standingPage(this.core, 'guardrail', query);
    return { ...page, guardrails: items };
  }

  @Put(':name')
  @AllowScopes(ADMIN_SCOPE)
  @ApiOperation({ summary: 'Set a guardrail, or replace one; the header X-Heddle-Reason says what it is for' })
  async put(
    @Param('name', new Validated(guardrailName)) name: string,
    @Req() request: Request,
    @Caller() caller: Identity,
  ): Promise<GuardrailAnswer> {
    const body = new Validated(guardrailBody).transform(await jsonBody(request, LARGEST_BODY));
    const context = commandContext(request, caller);
    const guardrail = { name, ...body, ...(context.reason !== undefined && { reason: context.reason }) };
    const change = await this.change({ type: 'set-guardrail', guardrail }, context);
    const now = await asOf(this.core, undefined);
    const standing = await violationPage(this.sources, guardrail, { since: now, until: now, limit: MOST_TOLD });
    return { change, guardrail, standing };
  }

  @Delete(':name')
  @AllowScopes(ADMIN_SCOPE)
  @ApiOperation({ summary: 'Remove a guardrail' })
  async delete(
    @Param('name', new Validated(guardrailName)) name: string,
    @Req() request: Request,
    @Caller() caller: Identity,
  ): Promise<{ change: number }> {
    const change = await this.change({ type: 'remove-guardrail', name }, commandContext(request, caller));
    return { change: change ?? noSuchGuardrail(name) };
  }

  @Get(':name/violations')
  @ApiOperation({ summary: 'List the policies that stood against a guardrail, whether it was set by then or not' })
  @ApiViolations()
  async violations(
    @Param('name', new Validated(guardrailName)) name: string,
    @Query(new Validated(violationQuery)) query: z.output<typeof violationQuery>,
  ): Promise<ViolationPage> {
    await this.core.sql.caughtUp();
    const guardrail = this.core.policies.state.guardrails.get(name);
    return this.look(guardrail?.statement ?? noSuchGuardrail(name), query);
  }

  @Post('check')
  @HttpCode(200)
  @ApiOperation({ summary: 'List the policies that stood against a statement; it is not kept' })
  @ApiViolations()
  async check(
    @Req() request: Request,
    @Query(new Validated(violationQuery)) query: z.output<typeof violationQuery>,
  ): Promise<ViolationPage> {
    return this.look(new Validated(statementBody).transform(await jsonBody(request, LARGEST_BODY)), query);
  }

  private get sources() {
    const { core, access } = this;
    return { core, access };
  }

  private async look(statement: GuardrailStatement, query: z.output<typeof violationQuery>): Promise<ViolationPage> {
    const window = await violationWindow(this.core, query);
    requireOrder(window.since.seq, window.until.seq);
    return violationPage(this.sources, statement, window);
  }

  private async change(command: GuardrailCommand, context: CommandContext): Promise<number | null> {
    const { event } = await this.core.policies.execute(command, context);
    return event?.seq ?? null;
  }
}

function noSuchGuardrail(name: string): never {
  throw new BadRequest('no-such-guardrail', `there is no guardrail '${name}'`, 404);
}
