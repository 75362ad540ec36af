import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { WireError } from '@heddle/wire-cf';
import type { Request } from 'express';

/** Lets only the API version pass that these routes speak; it is checked before the token, as upstream does. */
@Injectable()
export class VersionGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { version } = context.switchToHttp().getRequest<Request>().params;
    if (version === 'v1') return true;
    throw new WireError(406, `api version '${String(version)}' not supported`);
  }
}
