import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Headers, Inject, Logger, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { keptReports, readReportsBetween, type KeptReports, type Report } from '@heddle/cell-protocol';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { beginEventStream } from '../http/event-stream';
import { BadRequest } from '../http/problem';
import { Validated } from '../http/validated-query';
import { paced } from './paced';
import { replayEvents } from './replay-events';
import { replayLine, type ReplayEntry } from './replay-line';
import { beginningOf, readPlace, type ReplayPlace } from './replay-place';
import { replayQuery, replayWindow } from './replay-window';
import { withReach } from './with-reach';

type Asked = z.output<typeof replayQuery>;

/** The past, as it happened. */
@ApiTags('Past')
@ApiBearerAuth()
@Controller('api/v1/replay')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class ReplayController {
  private readonly logger = new Logger('replay');

  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'Changes, receipts and placements of some time again, in order, as server-sent events' })
  @ApiQuery({
    name: 'from',
    description: 'The first change (`8812`), a time (ISO 8601 with zone), or a span (`5m ago`)',
  })
  @ApiQuery({ name: 'to', required: false, description: 'The last change, a time, or a span; without it, now' })
  @ApiQuery({
    name: 'speed',
    required: false,
    description: 'So many times as fast as it happened, with pauses of 5 s at most; without it, without pauses',
  })
  @ApiQuery({ name: 'cell', required: false, description: 'Of the receipts and placements, only those of this cell' })
  @ApiQuery({ name: 'lastEventId', required: false, description: 'In place of the header of this name' })
  @ApiHeader({
    name: 'Last-Event-ID',
    required: false,
    description:
      'Go on behind this event, to where the replay it is from was to end; from and to are not looked at again',
  })
  async replay(
    @Query(new Validated(replayQuery)) query: Asked,
    @Req() request: Request,
    @Res() response: Response,
    @Headers('last-event-id') header?: string,
  ): Promise<void> {
    const kept = await keptReports(this.core.connection);
    const place = await this.placeOf(header ?? query.lastEventId, query, kept);
    const gone = beginEventStream(request, response);
    const entries = this.entries(place, query, gone);
    const events = Readable.from(replayEvents(this.core, entries, { place, kept }));
    // An answer that is cut off has no `end`, so whoever gets it notices.
    await pipeline(events, response).catch((error: unknown) => {
      response.destroy();
      if (!gone.aborted) this.logger.error(error);
    });
  }

  /** Where to begin: behind the id given, else with the window. An id from beyond the end is of another log. */
  private async placeOf(id: string | undefined, query: Asked, kept: KeptReports | null): Promise<ReplayPlace> {
    if (id === undefined || id === '') return beginningOf(await replayWindow(this.core, query), kept);
    const place = readPlace(id);
    if (!place || place.lastChange > this.core.feed.position.logged || (kept && place.lastReport > kept.last))
      throw new BadRequest('unknown-event-id', `no replay of this log has an event '${id}': begin without an id`);
    await this.core.sql.caughtUp();
    return place;
  }

  /** Both streams are read as far as the client has come, and no further. */
  private entries(place: ReplayPlace, { speed, cell }: Asked, signal: AbortSignal): AsyncIterable<ReplayEntry> {
    const { change, lastChange, report, lastReport, sinceMs, untilMs, atMs: afterMs } = place;
    const { log, readModel, connection } = this.core;
    const changes = withReach(readModel, log.read({ after: change, upTo: lastChange, signal }));
    const reports = { after: report, upTo: lastReport, sinceMs, untilMs, signal };
    const line = replayLine(changes, onlyOf(cell, readReportsBetween(connection, reports)));
    return speed === undefined ? line : paced(line, { factor: speed, afterMs, signal });
  }
}

async function* onlyOf(cell: string | undefined, reports: AsyncIterable<Report>): AsyncGenerator<Report> {
  for await (const report of reports) if (cell === undefined || cellOf(report) === cell) yield report;
}

function cellOf(report: Report): string | undefined {
  switch (report.kind) {
    case 'receipt':
      return report.receipt.cell;
    case 'containers':
      return report.report.cell;
    case 'malformed':
      return undefined;
  }
}
