import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Inject, Logger, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { keptReports, readReportsBetween, type Report } from '@heddle/cell-protocol';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { beginEventStream } from '../http/event-stream';
import { Validated } from '../http/validated-query';
import { paced } from './paced';
import { replayEvents } from './replay-events';
import { replayLine, type ReplayEntry } from './replay-line';
import { replayQuery, replayWindow, type ReplayWindow } from './replay-window';
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
  async replay(
    @Query(new Validated(replayQuery)) query: Asked,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const window = await replayWindow(this.core, query);
    const kept = await keptReports(this.core.connection);
    const gone = beginEventStream(request, response);
    const entries = this.entries(window, query, gone);
    const events = Readable.from(replayEvents(this.core, entries, { window, kept }));
    // An answer that is cut off has no `end`, so whoever gets it notices.
    await pipeline(events, response).catch((error: unknown) => {
      response.destroy();
      if (!gone.aborted) this.logger.error(error);
    });
  }

  /** Both streams are read as far as the client has come, and no further. */
  private entries(window: ReplayWindow, { speed, cell }: Asked, signal: AbortSignal): AsyncIterable<ReplayEntry> {
    const { first, last, ...time } = window;
    const { log, readModel, connection } = this.core;
    const changes = withReach(readModel, log.read({ after: first - 1, upTo: last, signal }));
    const line = replayLine(changes, onlyOf(cell, readReportsBetween(connection, { ...time, signal })));
    return speed === undefined ? line : paced(line, { factor: speed, signal });
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
