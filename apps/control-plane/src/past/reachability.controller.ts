import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { edgeDifferences, edgesOf, type Edge, type EdgeDifference } from '@heddle/domain';
import type { Identity } from '@heddle/platform';
import type { AppPair } from '@heddle/read-model';
import type { z } from 'zod';
import { ACCESS, ADMIN_SCOPE, AUDIT_SCOPE, type AccessControl } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard, Caller, SelfService } from '../http/authentication';
import { BadRequest } from '../http/problem';
import { Validated } from '../http/validated-query';
import { asOf, type AsOf } from './as-of';
import { blastRadius, type BlastRadius } from './blast-radius';
import { ApiAt } from './moment-decorators';
import { differenceQuery, hopsQuery, pairsQuery, requireOrder, verdictQuery } from './reachability-query';
import { verdictOf, type Verdict } from './verdict';

const ApiFrom = () => ApiQuery({ name: 'from', description: 'The app that opens connections' });
const ApiAfter = () =>
  ApiQuery({ name: 'after', required: false, description: 'Only pairs behind the page before: its `next`' });
const ApiLimit = (what: string) => ApiQuery({ name: 'limit', required: false, description: `At most so many ${what}` });

/** Who may open connections to whom by the policies of any moment; what somebody may not see is not there for them. */
@ApiTags('Past')
@ApiBearerAuth()
@Controller('api/v1/reachability')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE, 'network.write')
@SelfService()
export class ReachabilityController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(ACCESS) private readonly access: AccessControl,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether one app could reach another, by which change, or since which one not any more' })
  @ApiFrom()
  @ApiQuery({ name: 'to', description: 'The app that is reached' })
  @ApiQuery({ name: 'protocol', required: false, description: '`tcp` or `udp`; without it, either' })
  @ApiQuery({ name: 'port', required: false, description: 'Without it, any' })
  @ApiAt()
  async verdict(
    @Query(new Validated(verdictQuery)) { from, to, at, ...traffic }: z.output<typeof verdictQuery>,
    @Caller() caller: Identity,
  ): Promise<Verdict> {
    const pair = { source: from, destination: to };
    await this.requireSeen(caller, pair);
    const moment = await asOf(this.core, at);
    await this.requireKnown(from, to);
    return verdictOf(this.core, pair, moment, traffic);
  }

  @Get('pairs')
  @ApiOperation({ summary: 'List every pair of apps of which one could reach the other, with the ports' })
  @ApiAt()
  @ApiAfter()
  @ApiLimit('pairs, 1–5000 (500)')
  async pairs(
    @Query(new Validated(pairsQuery)) { at, after, limit }: z.output<typeof pairsQuery>,
    @Caller() caller: Identity,
  ): Promise<{ asOf: AsOf; edges: readonly Edge[]; next: string | null }> {
    const moment = await asOf(this.core, at);
    const { readModel } = this.core;
    const pairs = await readModel.pairsAt(moment.seq, { after, limit });
    const spans = await readModel.spansOfPairs(pairs, [moment.seq]);
    const edges = await this.access.visible(caller, edgesOf(spans.map(({ policy }) => policy)));
    return { asOf: moment, edges, next: nextPair(pairs, limit) };
  }

  /** A page may have fewer pairs than its limit, or none: policies that came and went between the two moments are no difference. */
  @Get('diff')
  @ApiOperation({
    summary: 'List the pairs of apps of which one could reach the other at one moment, and not as much at another',
  })
  @ApiQuery({ name: 'since', description: 'The earlier moment: a change, a time, or a span' })
  @ApiQuery({ name: 'until', required: false, description: 'The later moment; without it, now' })
  @ApiAfter()
  @ApiLimit('pairs, 1–5000 (500)')
  async diff(
    @Query(new Validated(differenceQuery)) query: z.output<typeof differenceQuery>,
    @Caller() caller: Identity,
  ): Promise<{ since: AsOf; until: AsOf; edges: readonly EdgeDifference[]; next: string | null }> {
    const { after, limit } = query;
    const [since, until] = [await asOf(this.core, query.since), await asOf(this.core, query.until)];
    requireOrder(since.seq, until.seq);
    const { readModel } = this.core;
    const pairs = await readModel.pairsTouched(since.seq, until.seq, { after, limit });
    const spans = await readModel.spansOfPairs(pairs, [since.seq, until.seq]);
    const edges = await this.access.visible(caller, edgeDifferences(spans, since.seq, until.seq));
    return { since, until, edges, next: nextPair(pairs, limit) };
  }

  @Get('hops')
  @ApiOperation({ summary: 'List the apps that could be reached from one, directly and over others, hop by hop' })
  @ApiFrom()
  @ApiQuery({ name: 'hops', required: false, description: 'At most so many, 1–64 (16)' })
  @ApiLimit('apps, 1–10000 (1000)')
  @ApiAt()
  async hops(
    @Query(new Validated(hopsQuery)) { from, hops, limit, at }: z.output<typeof hopsQuery>,
    @Caller() caller: Identity,
  ): Promise<BlastRadius & { asOf: AsOf; from: string }> {
    await this.requireSeen(caller, { source: from, destination: from });
    const moment = await asOf(this.core, at);
    await this.requireKnown(from);
    const seen = (edges: readonly Edge[]) => this.access.visible(caller, edges);
    const radius = await blastRadius(this.core, { from, seq: moment.seq }, { hops, apps: limit }, seen);
    return { asOf: moment, from, ...radius };
  }

  private async requireSeen(caller: Identity, pair: AppPair): Promise<void> {
    if ((await this.access.visible(caller, [pair])).length > 0) return;
    throw new BadRequest('apps-not-accessible', 'one or more applications cannot be found or accessed', 403);
  }

  private async requireKnown(...apps: string[]): Promise<void> {
    const known = await this.core.readModel.knownApps(apps);
    const unknown = apps.find((app) => !known.has(app));
    if (unknown !== undefined)
      throw new BadRequest('no-such-app', `no policy ever named the app '${unknown}': check its GUID`, 404);
  }
}

function nextPair(pairs: readonly string[], limit: number): string | null {
  return pairs.length === limit ? (pairs.at(-1) ?? null) : null;
}
