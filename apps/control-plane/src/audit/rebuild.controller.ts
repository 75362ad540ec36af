import { Controller, HttpCode, Inject, Logger, Post, Res, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RebuildRunning } from '@heddle/read-model';
import type { Response } from 'express';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';
import { problemOf } from '../http/problem';
import { rebuildTables } from './rebuild-tables';

/** The SQL copy against the log. Answers are JSON lines: how far it has come, and at the end `comparison`, or a problem. */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('api/v1/audit')
@UseGuards(BearerGuard)
export class RebuildController {
  private readonly logger = new Logger('audit');

  constructor(@Inject(CORE) private readonly core: Core) {}

  @Post('compare')
  @HttpCode(200)
  @AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
  @ApiOperation({ summary: 'Compare the tables with what the log makes of them' })
  async compare(@Res() response: Response): Promise<void> {
    await this.run(false, response);
  }

  @Post('rebuild')
  @HttpCode(200)
  @AllowScopes(ADMIN_SCOPE)
  @ApiOperation({ summary: 'Make the tables anew from the log, and put them in the place of those in use' })
  async rebuild(@Res() response: Response): Promise<void> {
    await this.run(true, response);
  }

  private async run(isSwapped: boolean, response: Response): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    try {
      response.type('application/x-ndjson');
      for await (const step of rebuildTables(this.core, isSwapped, gone.signal))
        response.write(`${JSON.stringify(step)}\n`);
      this.logger.log({ isSwapped }, 'the tables were compared with the log');
    } catch (error) {
      if (gone.signal.aborted) return;
      // Nothing was begun.
      if (error instanceof RebuildRunning) throw error;
      this.logger.error(error);
      response.write(`${JSON.stringify(problemOf(error))}\n`);
    }
    response.end();
  }
}
