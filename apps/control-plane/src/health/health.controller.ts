import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CORE } from '../core-token';
import type { Core } from '../core/core';

/** More events than this between log and tables, and reads are stale enough to send callers elsewhere. */
const MOST_LAG = 10_000;
/** A log that does not answer within this time is not there: who asks for health wants to know soon. */
const PATIENCE_MS = 1_000;

/** For supervisors and load balancers. */
@ApiTags('Operation')
@Controller('healthz')
export class HealthController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: '200 while this process can take writes and answer reads, else 503' })
  async health(@Res() response: Response): Promise<void> {
    const { position } = this.core.follower;
    const last = await Promise.race([this.core.log.lastSequence(), delay(PATIENCE_MS)]).catch(() => undefined);
    const log = { reachable: last !== undefined, last: last ?? null };
    // An older copy was put back: this process knows changes that the log does not have, and can append none behind them.
    const isShort = last !== undefined && last < position;
    const ok = log.reachable && !isShort && this.core.sql.lag <= MOST_LAG;
    // A broken log is for people to mend: to start this process again, or to ask another one, would not help.
    const isBroken = this.core.audit.integrity.open.length > 0;
    response.status(ok ? 200 : 503).json({
      status: ok ? 'ok' : 'unavailable',
      log: { ...log, state: isShort ? 'short' : isBroken ? 'broken' : 'whole' },
      position,
      readModelLag: this.core.sql.lag,
    });
  }
}
