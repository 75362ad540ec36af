import { Controller, Get, HttpCode, Inject, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { BreaksAcknowledged, LogBreak } from '@heddle/domain';
import type { Checkpoint } from '@heddle/event-log';
import type { Identity, PublicKey } from '@heddle/platform';
import type { Request } from 'express';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { forgetPassedOver } from './forget-passed-over';
import { AllowScopes, BearerGuard, Caller } from '../http/authentication';
import { commandContext } from '../http/command-context';
import { BadRequest } from '../http/problem';

/** More of them say nothing more. */
const MOST_BREAKS = 100;

/** How it stands with the log. */
export interface AuditStatus {
  /** `broken`: it is not as it was written, and takes no changes until somebody acknowledges. */
  readonly state: 'whole' | 'broken';
  /** The newest change that was looked at, and the digest of the log up to it. */
  readonly position: number;
  readonly digest: string;
  /** What was not acknowledged, the oldest first: at most 100. */
  readonly breaks: readonly LogBreak[];
  readonly breaksInAll: number;
  /** The newest that this control plane knows of. */
  readonly checkpoint: Checkpoint | null;
}

/** What vouches for the log. */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('api/v1/audit')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class AuditController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'Whether the log is as it was written, and who says so' })
  status(): AuditStatus {
    const { integrity, checkpointer } = this.core.audit;
    const { open, chain } = integrity;
    return {
      state: open.length > 0 ? 'broken' : 'whole',
      ...{ position: chain.seq, digest: chain.digest },
      ...{ breaks: open.slice(0, MOST_BREAKS), breaksInAll: open.length },
      checkpoint: checkpointer.last ?? null,
    };
  }

  @Get('keys')
  @ApiOperation({ summary: 'The public keys of those who sign checkpoints and bundles; the first one signs now' })
  keys(): { keys: readonly PublicKey[] } {
    return { keys: this.core.audit.ring.keys.all };
  }

  @Post('checkpoints')
  @HttpCode(200)
  @AllowScopes(ADMIN_SCOPE)
  @ApiOperation({ summary: 'Sign what the log is now' })
  async checkpoint(): Promise<{ checkpoint: Checkpoint }> {
    return { checkpoint: await this.core.audit.checkpointer.sign() };
  }

  /** What follows is signed at once, so that there is something to hold it against. */
  @Post('acknowledge')
  @HttpCode(200)
  @AllowScopes(ADMIN_SCOPE)
  @ApiOperation({ summary: 'Let the log go on although it is not as it was written; `X-Heddle-Reason` says why' })
  async acknowledge(
    @Req() request: Request,
    @Caller() caller: Identity,
  ): Promise<{ acknowledged: readonly LogBreak[]; change: number }> {
    const { ledger, integrity, checkpointer } = this.core.audit;
    const context = commandContext(request, caller);
    if (context.reason === undefined) throw new BadRequest('reason-missing', 'say why, in the header X-Heddle-Reason');
    if (integrity.open.some(({ kind }) => kind === 'passed-over')) await forgetPassedOver(this.core);
    const command = () => ({ type: 'acknowledge-breaks', breaks: integrity.open }) as const;
    const { event } = await ledger.execute(command, context);
    if (!event) throw new Error('an acknowledgement became no event');
    await checkpointer.sign();
    return { acknowledged: (event.data as BreaksAcknowledged).breaks.slice(0, MOST_BREAKS), change: event.seq };
  }
}
