import { ArgumentsHost, Catch, ExceptionFilter, Inject, Logger } from '@nestjs/common';
import { Forbidden, Unauthenticated } from '@heddle/platform';
import { errorBody, WireError } from '@heddle/wire-cf';
import type { Request, Response } from 'express';
import { REFUSED, type RefusedAttempts } from '../refused/refused-attempts';

/** Turns errors of the Cloud Foundry routes into answers its clients know; the only place that does. */
@Catch()
export class CloudFoundryErrors implements ExceptionFilter {
  private readonly logger = new Logger('policies');

  constructor(@Inject(REFUSED) private readonly refused: RefusedAttempts) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const [status, message] = this.statusAndMessage(error);
    if (status === 403) this.refused.noteRequest(response.req, { status, code: codeOf(error), message });
    if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    if (hasMuchLeft(response.req)) response.setHeader('Connection', 'close');
    response.status(status).type('text/plain').send(errorBody(message));
  }

  private statusAndMessage(error: unknown): [number, string] {
    if (error instanceof WireError) {
      if (error.status >= 500) this.logger.error(error.cause);
      return [error.status, error.message];
    }
    if (error instanceof Forbidden) return [403, error.message];
    if (error instanceof Unauthenticated) {
      const missing = error.message === MISSING_HEADER;
      return [401, missing ? error.message : 'failed to verify token with uaa'];
    }
    this.logger.error(error);
    return [500, 'an unforeseen error: see the log of the control plane'];
  }
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'forbidden';
}

const MISSING_HEADER = 'missing authorization header';

/** What is left of a body that is refused is read and thrown away up to this size, so that the connection can be used again. */
const THROWN_AWAY_BYTES = 256 * 1024;

function hasMuchLeft({ complete, headers }: Request): boolean {
  if (complete) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > THROWN_AWAY_BYTES;
}
