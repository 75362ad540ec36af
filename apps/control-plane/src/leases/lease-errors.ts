import { Catch, Logger, RpcExceptionFilter } from '@nestjs/common';
import { Refused } from '@heddle/domain';
import { type Observable, throwError } from 'rxjs';
import { ZodError } from 'zod';

/** What a cell is told when its request cannot be met. */
interface LeaseProblem {
  readonly code: string;
  readonly message: string;
}

/** Turns errors of lease requests into answers; the only place that does. */
@Catch()
export class LeaseErrors implements RpcExceptionFilter {
  private readonly logger = new Logger('leases');

  catch(error: unknown): Observable<never> {
    return throwError(() => this.problemOf(error));
  }

  private problemOf(error: unknown): LeaseProblem {
    if (error instanceof Refused) return { code: error.code, message: error.message };
    if (error instanceof ZodError)
      return { code: 'invalid-request', message: error.issues.map(({ message }) => message).join('; ') };
    this.logger.error(error);
    return { code: 'unavailable', message: 'the control plane cannot answer now: try again' };
  }
}
