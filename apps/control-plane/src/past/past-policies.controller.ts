import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Policy } from '@heddle/domain';
import { isoTime, type Identity } from '@heddle/platform';
import type { TypedTag } from '@heddle/read-model';
import { z } from 'zod';
import { ACCESS, ADMIN_SCOPE, AUDIT_SCOPE, type AccessControl } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller, SelfService } from '../http/authentication';
import { Validated } from '../http/validated-query';
import { asOf, type AsOf } from './as-of';
import { ApiPastPage } from './moment-decorators';
import { pastQuery, type PastQuery } from './past-query';
import { nextPlace, standingPage } from './standing-page';

/** A policy as it stood at a moment. */
export interface PastPolicy extends Policy {
  /** The change that added it, or moved its end. */
  readonly since: number;
  /** The change that removed it later, or moved its end; `null` if it stands as it was. */
  readonly until: number | null;
  /** When it closes by itself, ISO 8601 with zone; left out when it does not. */
  readonly expires?: string;
}

const app = z.string().min(1);
const apps = z
  .union([app, z.array(app)])
  .transform((given) => [given].flat())
  .optional();
const policiesQuery = pastQuery.extend({
  ...{ app: apps, source: apps, destination: apps },
  expiring: z.literal('true', "must be 'true', or left out").optional(),
});

/** Policies and tags as they were at any moment, now included. */
@ApiTags('Past')
@ApiBearerAuth()
@Controller('api/v1')
@UseGuards(BearerGuard)
export class PastPoliciesController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
  ) {}

  /** Of those that somebody may not see, a page has that many fewer. */
  @Get('policies')
  @AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE, 'network.write')
  @SelfService()
  @ApiOperation({ summary: 'List the policies that stood at a moment, in the order they were added' })
  @ApiPastPage()
  @ApiQuery({
    name: 'app',
    required: false,
    description: 'Only policies whose source or destination is this app; several: one of them',
  })
  @ApiQuery({ name: 'source', required: false, description: 'Only policies whose source is this app' })
  @ApiQuery({ name: 'destination', required: false, description: 'Only policies whose destination is this app' })
  @ApiQuery({ name: 'expiring', required: false, description: '`true`: only policies that close by themselves' })
  async policies(
    @Query(new Validated(policiesQuery)) query: z.output<typeof policiesQuery>,
    @Caller() caller: Identity,
  ): Promise<{ asOf: AsOf; policies: PastPolicy[]; next: string | null }> {
    const { at, after, limit, app: either, source: sources, destination: destinations } = query;
    const moment = await asOf(this.core, at);
    const filter = { either, sources, destinations, isExpiring: query.expiring !== undefined };
    const found = await this.core.readModel.policiesAt(moment.seq, filter, { after, limit: limit + 1 });
    const page = found.slice(0, limit);
    const seen = new Set(
      await this.access.visible(
        caller,
        page.map(({ policy }) => policy),
      ),
    );
    const policies = page
      .filter(({ policy }) => seen.has(policy))
      .map(({ policy, fromSeq, untilSeq, expiresAtMs }) => ({
        ...{ ...policy, since: fromSeq, until: untilSeq },
        ...(expiresAtMs !== undefined && { expires: isoTime(expiresAtMs) }),
      }));
    return { asOf: moment, policies, next: nextPlace(found, limit) };
  }

  @Get('tags')
  @AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
  @ApiOperation({ summary: 'List the tags in use at a moment, in the order they were given' })
  @ApiPastPage()
  async tags(
    @Query(new Validated(pastQuery)) query: PastQuery,
  ): Promise<{ asOf: AsOf; tags: readonly (TypedTag & { since: number })[]; next: string | null }> {
    const { items, ...page } = await standingPage(this.core, 'tag', query);
    return { ...page, tags: items };
  }
}
