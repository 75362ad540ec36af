import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@heddle/platform';

/**
 * Nest's own words in our log. What it tells as news (each route at each start) is of no use to an operator and goes out as debug.
 * Requests are measured, not logged: a line each would cost more than answering them.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, context?: string): void {
    this.logger.debug({ context }, textOf(message));
  }

  debug(message: unknown, context?: string): void {
    this.logger.trace({ context }, textOf(message));
  }

  verbose(message: unknown, context?: string): void {
    this.logger.trace({ context }, textOf(message));
  }

  warn(message: unknown, context?: string): void {
    this.logger.warn({ context }, textOf(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    if (message instanceof Error) this.logger.error({ context, err: message }, message.message);
    else this.logger.error({ context, trace: rest.length > 1 ? rest[0] : undefined }, textOf(message));
  }

  fatal(message: unknown, context?: string): void {
    this.logger.fatal({ context }, textOf(message));
  }
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : JSON.stringify(message);
}
