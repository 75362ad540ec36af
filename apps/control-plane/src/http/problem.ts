import { ArgumentsHost, Catch, ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { AgainstGuardrail, Refused } from '@heddle/domain';
import { EventTooLarge, LedgerBusy, LogUnavailable, LogShort } from '@heddle/event-log';
import { Forbidden, Unauthenticated } from '@heddle/platform';
import { ReadModelUnavailable, RebuildRunning } from '@heddle/read-model';
import { WireError } from '@heddle/wire-cf';
import type { Request, Response } from 'express';
import { LogBroken } from '../audit/log-broken';
import type { RefusedAttempts } from '../refused/refused-attempts';

/** A request to the native API that cannot be answered as asked. */
export class BadRequest extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = 'BadRequest';
  }
}

/** Problem details of RFC 9457, with a stable `code` for programs. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** What the native API answers to an error. What is not foreseen is a bug: its words stay in the log. */
export function problemOf(error: unknown): Problem {
  if (error instanceof BadRequest) return problem(error.status, error.code, error.message);
  if (error instanceof Unauthenticated) return problem(401, error.code, error.message);
  if (error instanceof Forbidden) return problem(403, error.code, error.message);
  // What access control says, which serves the routes of Cloud Foundry as well.
  if (error instanceof WireError) return problem(error.status, error.code ?? 'access-unknown', error.message);
  if (error instanceof EventTooLarge) return problem(400, 'change-too-large', error.message);
  // Not the state of things stands against it, but somebody's rule.
  if (error instanceof AgainstGuardrail) return problem(403, error.code, error.message);
  if (error instanceof RebuildRunning) return problem(409, 'rebuild-running', error.message);
  if (error instanceof Refused) return problem(409, error.code, error.message);
  if (error instanceof LogBroken) return problem(503, 'log-broken', error.message);
  if (error instanceof LogShort) return problem(503, 'log-short', error.message);
  if (error instanceof LedgerBusy) return problem(503, 'log-busy', error.message);
  if (error instanceof LogUnavailable) return problem(503, 'log-unavailable', error.message);
  if (error instanceof ReadModelUnavailable) return problem(503, 'read-model-unavailable', error.message);
  if (error instanceof HttpException) return problem(error.getStatus(), 'http-error', error.message);
  return problem(500, 'bug', 'an unforeseen error: see the log of the control plane');
}

/** Turns errors of the native API into answers; the only place that does. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  constructor(private readonly refused: Pick<RefusedAttempts, 'noteRequest'>) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const answer = problemOf(error);
    if (answer.status >= 500) this.logger.error(error);
    if (answer.status === 403) {
      this.refused.noteRequest(host.switchToHttp().getRequest<Request>(), { ...answer, message: answer.detail });
    }
    if (response.headersSent) {
      response.destroy();
      return;
    }
    if (answer.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(answer.status).type('application/problem+json').send(JSON.stringify(answer));
  }
}

function problem(status: number, code: string, detail: string): Problem {
  return { type: 'about:blank', title: TITLES[status] ?? 'Error', status, code, detail };
}
