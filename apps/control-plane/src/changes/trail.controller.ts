import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { sendAsMade } from '../http/send-as-made';
import { Validated } from '../http/validated-query';
import { whenGone } from '../http/when-gone';
import { REFUSED, type RefusedAttempts } from '../refused/refused-attempts';
import { everyChange, everyRefusal, trailOf, type TrailEntry } from './trail';
import { csvHeader, csvLines } from './trail-csv';
import { trailFilter, trailQuery } from './trail-query';

const CSV = 'text/csv; charset=utf-8; header=present';
const JSON_LINES = 'application/x-ndjson';

/** The audit trail from the newest entry to the oldest, whole, for programs that keep or count it. */
@ApiTags('Changes')
@ApiBearerAuth()
@Controller('api/v1/trail')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class TrailController {
  constructor(
    @Inject(CORE) private readonly core: Core,
    @Inject(REFUSED) private readonly refused: RefusedAttempts,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every change, and on request every refused attempt among them, the newest first' })
  @ApiQuery({ name: 'format', required: false, description: '`jsonl`, a line for each entry (so), or `csv`' })
  @ApiQuery({
    name: 'refused',
    required: false,
    description: '`true`: with refused attempts, as long as they are kept',
  })
  @ApiQuery({ name: 'app', required: false, description: 'Only entries that name this app' })
  @ApiQuery({ name: 'actor', required: false, description: 'Only entries of the one with this name' })
  @ApiQuery({ name: 'type', required: false, description: 'Only changes of this type; not with refused attempts' })
  @ApiQuery({ name: 'reason', required: false, description: 'Only entries whose reason has this text in it' })
  @ApiQuery({ name: 'since', required: false, description: 'Only entries at this time or later (ISO 8601 with zone)' })
  @ApiQuery({ name: 'until', required: false, description: 'Only entries before this time (ISO 8601 with zone)' })
  @ApiQuery({ name: 'before', required: false, description: 'Of the changes, only those with a lower sequence' })
  @ApiQuery({ name: 'limit', required: false, description: 'At most so many entries' })
  async trail(
    @Query(new Validated(trailQuery)) query: z.output<typeof trailQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const filter = trailFilter(query);
    const refusals = query.refused ? everyRefusal(this.refused, filter) : none();
    const entries = await begun(first(query.limit, trailOf(everyChange(this.core, filter), refusals)));
    response.type(query.format === 'csv' ? CSV : JSON_LINES);
    await sendAsMade(query.format === 'csv' ? asCsv(entries) : asJsonLines(entries), response, whenGone(request));
  }
}

/** With its first entry at hand: what fails before that can still be answered as any other error. */
async function begun<T>(entries: AsyncGenerator<T>): Promise<AsyncGenerator<T>> {
  const first = await entries.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* entries;
  })();
}

async function* none(): AsyncGenerator<never> {}

async function* first(limit: number | undefined, entries: AsyncIterable<TrailEntry>): AsyncGenerator<TrailEntry> {
  let left = limit ?? Infinity;
  for await (const entry of entries) {
    yield entry;
    if (--left === 0) return;
  }
}

async function* asJsonLines(entries: AsyncIterable<TrailEntry>): AsyncGenerator<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}

async function* asCsv(entries: AsyncIterable<TrailEntry>): AsyncGenerator<string> {
  yield csvHeader();
  for await (const entry of entries) yield csvLines(entry);
}
