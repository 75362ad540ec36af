import { applyDecorators, Controller, HttpCode, Inject, Param, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { policyKey, type GuardrailContext, type GuardrailViolation, type ReachDelta } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import type { Change } from '@heddle/read-model';
import type { Request } from 'express';
import { z } from 'zod';
import { ACCESS, ADMIN_SCOPE, type AccessControl } from '../access/access-control';
import { dryRunFlag } from '../changes/change-body';
import { planned } from '../changes/planned';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { withSpaces } from '../guardrails/with-spaces';
import { AllowScopes, BearerGuard, Caller, SelfService } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { sequence } from '../http/page-query';
import { Validated } from '../http/validated-query';
import { moment } from '../past/past-query';
import { noteAsked } from '../refused/refused-attempts';
import { manyChanges, oneChange, policiesOf } from './chosen-changes';
import { itemView, refuseConflicts, restoreCommand, revertPlan, type RevertItemView } from './revert-plan';

const oneQuery = z.strictObject({ dryRun: dryRunFlag, conflicts: z.enum(['refuse', 'skip']).default('refuse') });
type How = z.output<typeof oneQuery>;
const name = z.string().min(1).max(1_000).optional();
const manyQuery = oneQuery
  .extend({ actor: name, correlationId: name, since: moment })
  .refine(({ actor, correlationId }) => (actor === undefined) !== (correlationId === undefined), {
    error: 'name either actor or correlationId',
  });

/** What became of a wish to undo something. */
export interface Reverted {
  readonly dryRun: boolean;
  /** The change that undoes them; `null` when there was nothing to undo, and on a dry run. */
  readonly change: number | null;
  /** The changes that were to be undone, ascending. */
  readonly undone: readonly number[];
  /** Every policy that they touched, and what undoing means for it. */
  readonly policies: readonly RevertItemView[];
  /** What one app can reach more or less of another by it. */
  readonly reach: readonly ReachDelta[];
  /** The guardrails that it is against, or would be; with one in the mode `refuse` it is refused. */
  readonly violations: readonly GuardrailViolation[];
}

const ApiHow = () =>
  applyDecorators(
    ApiQuery({ name: 'dryRun', required: false, description: '`true`: only tell what would become of it' }),
    ApiQuery({
      name: 'conflicts',
      required: false,
      description: '`skip`: leave policies alone that a later change touched; without it such a request is refused',
    }),
  );

/** Undoing changes of policies, by changes that are appended behind them. */
@ApiTags('Changes')
@ApiBearerAuth()
@Controller('api/v1/changes')
@UseGuards(BearerGuard)
export class RevertController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
  ) {}

  @Post('revert')
  @HttpCode(200)
  @AllowScopes(ADMIN_SCOPE)
  @ApiOperation({ summary: 'Undo all changes of policies by one actor, or for one request, since a moment' })
  @ApiQuery({ name: 'actor', required: false, description: 'The name of the one who made them' })
  @ApiQuery({ name: 'correlationId', required: false, description: 'The request they were made for' })
  @ApiQuery({ name: 'since', description: 'A change, a time, or a span: those at it or later' })
  @ApiHow()
  async revertMany(
    @Query(new Validated(manyQuery)) { dryRun, conflicts, ...choice }: z.output<typeof manyQuery>,
    @Req() request: Request,
    @Caller() caller: Identity,
  ): Promise<Reverted> {
    return this.revert(await manyChanges(this.core, choice), { dryRun, conflicts }, request, caller);
  }

  @Post(':seq/revert')
  @HttpCode(200)
  @AllowScopes(ADMIN_SCOPE, 'network.write')
  @SelfService()
  @ApiOperation({ summary: 'Undo one change of policies' })
  @ApiHow()
  async revertOne(
    @Param('seq', new Validated(sequence)) seq: number,
    @Query(new Validated(oneQuery)) how: How,
    @Req() request: Request,
    @Caller() caller: Identity,
  ): Promise<Reverted> {
    return this.revert(await oneChange(this.core, seq), how, request, caller);
  }

  private async revert(changes: Change[], how: How, request: Request, caller: Identity): Promise<Reverted> {
    const touched = changes.flatMap(policiesOf);
    noteAsked(request, 'restore-policies', [...new Map(touched.map((policy) => [policyKey(policy), policy])).values()]);
    await this.access.requireApps(caller, touched);
    const plan = await revertPlan(this.core, changes);
    const maxPerSource = this.access.quotaFor(caller);
    const command = (guardrails: GuardrailContext) => ({
      ...{ ...restoreCommand(plan), avoidTags: this.core.quarantine.tags(), ...guardrails },
      ...(maxPerSource !== undefined && { maxPerSource }),
    });
    if (!how.dryRun && how.conflicts === 'refuse') refuseConflicts(plan);
    const { core, access } = this;
    const policies = plan.items.map(({ policy }) => policy);
    const { reach, violations } = await withSpaces({ core, access }, policies, (known) =>
      planned(core, command({ ...known, tellsAll: true })),
    );
    const told = { dryRun: how.dryRun, undone: plan.undone, policies: plan.items.map(itemView), reach, violations };
    if (how.dryRun) return { ...told, change: null };
    const { event } = await withSpaces({ core, access }, policies, (known) =>
      core.policies.execute(command(known), commandContext(request, caller)),
    );
    return { ...told, change: event?.seq ?? null };
  }
}
