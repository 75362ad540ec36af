import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { isoTime } from '@heddle/platform';
import { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import type { ToldContainer } from '../core/placement-in';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { Validated } from '../http/validated-query';
import type { AsOf } from '../past/as-of';
import { everyStanding } from '../past/every-standing';
import { ApiPastPage } from '../past/moment-decorators';
import { pastQuery } from '../past/past-query';
import { nextPlace } from '../past/standing-page';
import { placementMoment } from './placement-moment';

/** A container where it was. */
export interface PlacementView extends Omit<ToldContainer, 'local'> {
  readonly cell: string;
  /** When its cell told of it first, and when it told otherwise; `null` while it is so. */
  readonly since: string;
  readonly until: string | null;
}

/** Part of the containers of a moment. */
interface PlacementPage {
  readonly asOf: AsOf;
  readonly at: string;
  readonly knownSince: string;
  readonly placements: readonly PlacementView[];
  /** Cells that held a lease and had not said what they hold: how many, and the first of them by name. */
  readonly unheard: { readonly count: number; readonly cells: readonly string[] };
  readonly next: string | null;
}

const name = z.string().min(1).optional();
const placementsQuery = pastQuery.extend({ cell: name, app: name });

const MOST_NAMED = 100;

/** Where containers were. */
@ApiTags('Past')
@ApiBearerAuth()
@Controller('api/v1/placements')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class PlacementsController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'List which containers were on which cell at a moment, as the cells had said by then' })
  @ApiPastPage()
  @ApiQuery({ name: 'cell', required: false, description: 'Only containers on this cell' })
  @ApiQuery({ name: 'app', required: false, description: 'Only containers of this app' })
  async list(
    @Query(new Validated(placementsQuery)) { at, after, limit, ...filter }: z.output<typeof placementsQuery>,
  ): Promise<PlacementPage> {
    const { asOf, ms, knownSinceMs } = await placementMoment(this.core, at);
    const page = { after, limit: limit + 1 };
    const found = await this.core.readModel.placementsAt<ToldContainer>(ms, filter, page);
    const placements = found
      .slice(0, limit)
      .map(({ cell, container: { local: _, ...container }, fromMs, untilMs }) => ({
        ...{ cell, ...container, since: isoTime(fromMs), until: untilMs === null ? null : isoTime(untilMs) },
      }));
    const unheard = await this.unheard(asOf.seq, ms, filter.cell);
    return {
      ...{ asOf, at: isoTime(ms), knownSince: isoTime(knownSinceMs), placements },
      unheard: { count: unheard.length, cells: unheard.slice(0, MOST_NAMED) },
      next: nextPlace(found, limit),
    };
  }

  private async unheard(seq: number, ms: number, cell: string | undefined): Promise<string[]> {
    const heard = new Set((await this.core.readModel.cellsHeardBy(ms, cell)).map((span) => span.cell));
    const holders = (await everyStanding(this.core, 'lease', seq)).map(({ value }) => value.cell);
    return holders.filter((holder) => !heard.has(holder) && (cell === undefined || holder === cell)).sort();
  }
}
