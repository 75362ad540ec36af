import { CanActivate, createParamDecorator, ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { requireScope, type Identity } from '@heddle/platform';
import type { Request } from 'express';
import { ACCESS, type AccessControl } from '../access/access-control';

type RequestOfCaller = Request & { caller?: Identity };

const ALLOWED_SCOPES = 'heddle:allowed-scopes';
const SELF_SERVICE = 'heddle:self-service';

/** Which scopes open a route; one of them is enough. */
export const AllowScopes = (...scopes: string[]) => SetMetadata(ALLOWED_SCOPES, scopes);

/** Whether a route opens without a scope where space developers serve themselves; what they may do there is asked later. */
export const SelfService = (isOpen = true) => SetMetadata(SELF_SERVICE, isOpen);

/** Who makes the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const { caller } = context.switchToHttp().getRequest<RequestOfCaller>();
  if (!caller) throw new Error('a route asks for its caller but is not behind the bearer guard');
  return caller;
});

/** Whose token a request carries, also when it opens no door; `undefined` when the token is not good. */
export function callerOf(request: RequestOfCaller): Identity | undefined {
  return request.caller;
}

/** Lets a request pass that carries a good bearer token with a scope the route allows. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(ACCESS) private readonly access: AccessControl,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<RequestOfCaller>();
    const caller = await this.access.verify(request.headers.authorization);
    request.caller = caller;
    const route = [context.getHandler(), context.getClass()];
    const isOpen =
      this.access.isSelfService && this.reflector.getAllAndOverride<boolean | undefined>(SELF_SERVICE, route);
    if (!isOpen) requireScope(caller, this.reflector.getAllAndOverride<string[]>(ALLOWED_SCOPES, route));
    return true;
  }
}
