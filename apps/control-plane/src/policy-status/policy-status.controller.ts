import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { allows, standsAt, stoodAt, type Stand } from '@heddle/domain';
import { isoTime } from '@heddle/platform';
import type { AppPair } from '@heddle/read-model';
import type { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { BadRequest } from '../http/problem';
import { Validated } from '../http/validated-query';
import { asOf, type AsOf } from '../past/as-of';
import { ApiAt } from '../past/moment-decorators';
import { verdictQuery } from '../past/reachability-query';
import { momentMs, placementsKnownSince } from '../placements/placement-moment';
import { decidingChange, policyStatus, type PolicyStatus } from './policy-status';

/** Of two apps, so many policies are told at most: those that were touched last. */
const MOST_POLICIES = 100;
const PAGE = 5_000;

interface Answer extends AppPair {
  readonly asOf: AsOf;
  readonly at: string;
  /** Whether it is known where the containers were; else cells that started one later are not among them. */
  readonly placementsKnown: boolean;
  readonly policies: readonly PolicyStatus[];
}

/** Policies as they were declared, and as they were enforced. */
@ApiTags('Past')
@ApiBearerAuth()
@Controller('api/v1/policies/enforcement')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class PolicyStatusController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'Whether the policies between two apps were in force at a moment, cell by cell' })
  @ApiQuery({ name: 'from', description: 'The app that opens connections' })
  @ApiQuery({ name: 'to', description: 'The app that is reached' })
  @ApiQuery({ name: 'protocol', required: false, description: '`tcp` or `udp`; without it, either' })
  @ApiQuery({ name: 'port', required: false, description: 'Without it, any' })
  @ApiAt()
  async status(
    @Query(new Validated(verdictQuery)) { from, to, at, ...traffic }: z.output<typeof verdictQuery>,
  ): Promise<Answer> {
    const { readModel } = this.core;
    const moment = await asOf(this.core, at);
    const nowMs = Date.now();
    const ms = momentMs(moment, at, nowMs);
    const pair = { source: from, destination: to };
    const spans = (await readModel.spansEndingFrom([pair], 1, moment.seq)).filter(({ policy }) =>
      allows(policy, traffic),
    );
    if (spans.length === 0)
      throw new BadRequest('no-such-policy', `no policy ever allowed this of '${from}' to '${to}' by then`, 404);
    const newest = ({ fromSeq, untilSeq }: Stand) =>
      untilSeq === null || untilSeq > moment.seq ? Infinity : Math.max(fromSeq, untilSeq);
    const stands = standsAt(spans, moment.seq)
      .sort((a, b) => newest(b) - newest(a) || b.fromSeq - a.fromSeq)
      .slice(0, MOST_POLICIES);
    const knownSinceMs = await placementsKnownSince(this.core, nowMs);
    const placementsKnown = knownSinceMs !== null && knownSinceMs <= ms;
    const hosts = placementsKnown ? await this.hostsAt(to, ms) : new Map<string, number>();
    const policies: PolicyStatus[] = [];
    for (const stand of stands) policies.push(await this.statusOf(stand, moment.seq, ms, hosts));
    return { asOf: moment, at: isoTime(ms), ...pair, placementsKnown, policies };
  }

  private async statusOf(
    stand: Stand,
    seq: number,
    ms: number,
    hosts: ReadonlyMap<string, number>,
  ): Promise<PolicyStatus> {
    const { readModel, enforcement, liveness } = this.core;
    const declared = stoodAt(stand, seq);
    const seqs = [stand.fromSeq, ...(stand.untilSeq === null ? [] : [stand.untilSeq])];
    const authors = new Map((await readModel.authorsOf(seqs)).map((author) => [author.seq, author]));
    const facts = { stand, declared, authors, hosts, isLive: (cell: string) => liveness.isLive(cell) };
    return policyStatus(
      { ...facts, enforcement: await enforcement.enforcementOf(decidingChange(stand, declared)) },
      ms,
    );
  }

  /** The cells with a container of an app, and since when. */
  private async hostsAt(app: string, ms: number): Promise<Map<string, number>> {
    const hosts = new Map<string, number>();
    for (let after: { fromSeq: number; fromIndex: number } | undefined; ;) {
      const page = await this.core.readModel.placementsAt(ms, { app }, { after, limit: PAGE });
      for (const { cell, fromMs } of page) hosts.set(cell, Math.min(fromMs, hosts.get(cell) ?? Infinity));
      if (page.length < PAGE) return hosts;
      after = page.at(-1);
    }
  }
}
