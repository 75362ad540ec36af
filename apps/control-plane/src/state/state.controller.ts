import { Controller, Inject, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { messageOf } from '@heddle/platform';
import type { Response } from 'express';
import { ADMIN_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';

/** So often it is said how far a rebuild is. */
const TELL_EVERY_MS = 500;

/** The stream of documents that cells read. */
@ApiTags('Operation')
@ApiBearerAuth()
@Controller('api/v1/state')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE)
export class StateController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  /** Goes on for as long as the client listens; what is done by then stays. */
  @Post('rebuild')
  @ApiOperation({
    summary: 'Publish every document of the state stream anew, from the log; progress as server-sent events',
  })
  async rebuild(@Res() response: Response): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-cache' });
    const tell = (event: string, data: object): void => {
      if (!gone.signal.aborted) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    };
    let newest: object = {};
    const telling = setInterval(() => tell('progress', newest), TELL_EVERY_MS);
    try {
      tell('done', await this.core.states.rebuild(gone.signal, (progress) => (newest = progress)));
    } catch (error) {
      tell('failed', { detail: messageOf(error) });
    } finally {
      clearInterval(telling);
      response.end();
    }
  }
}
