import { Controller, Get, Headers, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { takeInTurns } from '@heddle/platform';
import type { Request, Response } from 'express';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import type { FeedPosition } from '../core/live-feed';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { beginEventStream } from '../http/event-stream';
import { BadRequest } from '../http/problem';
import { readCursor, renderEntry, writeCursor } from './feed-cursor';

const KEEP_ALIVE_MS = 15_000;
/** A client that leaves this much unread is cut off; it can come back with the last id it has. */
const MOST_UNREAD_BYTES = 8 * 1024 * 1024;

/** What happens, as it happens. */
@ApiTags('Stream')
@ApiBearerAuth()
@Controller('api/v1/stream')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class StreamController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'Changes, receipts and placements as server-sent events' })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Go on behind this event, without loss' })
  async stream(
    @Req() request: Request,
    @Res() response: Response,
    @Headers('last-event-id') header?: string,
    @Query('lastEventId') query?: string,
  ): Promise<void> {
    const from = this.positionOf(header ?? query);
    const gone = beginEventStream(request, response);
    // The place to resume from is known before the first event, so that a cut in between loses nothing.
    response.write(`id: ${writeCursor(from)}\nevent: hello\ndata: {}\n\n`);
    const keepAlive = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
    gone.addEventListener('abort', () => clearInterval(keepAlive));
    await this.core.feed.follow(from, gone, (entry) =>
      takeInTurns(renderEntry(entry), (portions) => {
        // What one entry comes to does not count: whoever is cut off by it would be again, each time.
        if (response.writableLength > MOST_UNREAD_BYTES) request.destroy();
        for (const portion of portions) if (!gone.aborted) response.write(portion);
      }),
    );
  }

  /** Where to begin: behind the id given, else now. An id from beyond the end is of another log. */
  private positionOf(id: string | undefined): FeedPosition {
    const now = this.core.feed.position;
    if (id === undefined || id === '') return now;
    const from = readCursor(id);
    if (!from || from.logged > now.logged || from.reported > now.reported) {
      throw new BadRequest(
        'unknown-event-id',
        `there is no event '${id}': load the lists again and begin without an id`,
      );
    }
    return from;
  }
}
