import { Controller, Delete, Get, Inject, Param, Put, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { readRules, spaceKey, spacesHeldIn, type GroupCommand, type SecurityGroup } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import type { StandingGroup } from '@heddle/read-model';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { missingAfterWait, type MissingCell } from '../changes/missing-after-wait';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { BadRequest } from '../http/problem';
import { jsonBody } from '../http/json-body';
import { Validated } from '../http/validated-query';
import type { AsOf } from '../past/as-of';
import { ApiPastPage } from '../past/moment-decorators';
import { pastQuery, type PastQuery } from '../past/past-query';
import { standingPage } from '../past/standing-page';
import type { GroupProblem } from './group-problems';

/** Whether Cloud Controller is the one who says which security groups there are. */
export const GROUPS_ARE_SYNCED = Symbol('security groups are synced');

const LARGEST_BODY = 2 ** 20;

const text = z.string().max(1_000);
const spaces = z.array(text.min(1)).default([]);
const groupBody = z.strictObject({
  name: text.min(1),
  rules: z.array(z.unknown()),
  stagingDefault: z.boolean().default(false),
  runningDefault: z.boolean().default(false),
  stagingSpaces: spaces,
  runningSpaces: spaces,
});
const groupGuid = text.min(1);

/** A security group as the native API shows it. */
export type GroupView = Omit<StandingGroup, 'place'>;

/** Part of the security groups that stood at a moment. */
interface PastGroups {
  readonly asOf: AsOf;
  readonly groups: readonly (SecurityGroup & { readonly since: number })[];
  readonly next: string | null;
}

/** What a change of a group became. */
interface GroupChange {
  /** `null` when it changed nothing. */
  readonly change: number | null;
  /** Of an answer that waited in vain: the cells that do not enforce all that is known of the spaces of the group. */
  readonly missing?: readonly MissingCell[];
}

/** Security groups. Where Cloud Controller has them they can be read here, and written there. */
@ApiTags('Security groups')
@ApiBearerAuth()
@Controller('api/v1/security-groups')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE)
export class SecurityGroupsController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(GROUPS_ARE_SYNCED) private readonly areSynced: boolean,
  ) {}

  @Get()
  @AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
  @ApiOperation({
    summary:
      'List security groups in the order they were added; with `at`, as they stood then, the longest unaltered first',
  })
  @ApiPastPage()
  async list(@Query(new Validated(pastQuery)) query: PastQuery): Promise<{ groups: GroupView[] } | PastGroups> {
    if (query.at !== undefined) {
      const { items, ...page } = await standingPage(this.core, 'group', query);
      return { ...page, groups: items };
    }
    await this.core.sql.caughtUp();
    return { groups: (await this.core.readModel.listGroups()).map(({ place: _, ...group }) => group) };
  }

  @Get('problems')
  @AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
  @ApiOperation({ summary: 'Rules that cannot be understood and allow nothing, each with the reason' })
  problems(): { problems: GroupProblem[] } {
    return { problems: this.core.groupProblems.list() };
  }

  @Put(':guid')
  @ApiOperation({ summary: 'Make a security group, or replace one' })
  async put(
    @Param('guid', new Validated(groupGuid)) guid: string,
    @Req() request: Request,
    @Caller() caller: Identity,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GroupChange> {
    this.refuseIfSynced();
    const group = new Validated(groupBody).transform(await jsonBody(request, LARGEST_BODY));
    const [problem] = readRules(group.rules).problems;
    if (problem) throw new BadRequest('invalid-request', `rules.${problem.rule}: ${problem.reason}`);
    return this.change({ type: 'put-group', group: { guid, ...group } }, { guid, request, caller, response });
  }

  @Delete(':guid')
  @ApiOperation({ summary: 'Remove a security group' })
  async delete(
    @Param('guid', new Validated(groupGuid)) guid: string,
    @Req() request: Request,
    @Caller() caller: Identity,
    @Res({ passthrough: true }) response: Response,
  ): Promise<GroupChange> {
    this.refuseIfSynced();
    const done = await this.change({ type: 'delete-group', guid }, { guid, request, caller, response });
    if (done.change === null) throw new BadRequest('no-such-group', `there is no security group '${guid}'`, 404);
    return done;
  }

  private async change(command: GroupCommand, { guid, request, caller, response }: Asked): Promise<GroupChange> {
    const { core } = this;
    const before = core.groups.state.groups.get(guid);
    const { event, state } = await core.groups.execute(command, commandContext(request, caller));
    const groups = [before, state.groups.get(guid)].flatMap((group) => group ?? []);
    const documents = () => new Set(groups.flatMap((group) => spacesHeldIn(group).map(spaceKey)));
    const missing = await missingAfterWait(core, documents, request, response);
    return { change: event?.seq ?? null, ...(missing.length > 0 && { missing }) };
  }

  private refuseIfSynced(): void {
    if (!this.areSynced) return;
    throw new BadRequest(
      'groups-are-synced',
      'security groups come from Cloud Controller (HEDDLE_CC_URL): change them there, with cf update-security-group',
      409,
    );
  }
}

/** A request to change a group. */
interface Asked {
  readonly guid: string;
  readonly request: Request;
  readonly caller: Identity;
  readonly response: Response;
}
