import { CanActivate, createParamDecorator, ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { requireScope, Unauthenticated, verifyToken, type Identity, type SigningKey } from '@heddle/platform';
import type { Request } from 'express';

/** Where the key lies that tokens are checked with. */
export const SIGNING_KEY = Symbol('signing key');

type RequestOfCaller = Request & { caller?: Identity };

const ALLOWED_SCOPES = 'heddle:allowed-scopes';

/** Which scopes open a route; one of them is enough. */
export const AllowScopes = (...scopes: string[]) => SetMetadata(ALLOWED_SCOPES, scopes);

/** Who makes the request. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): Identity => {
  const { caller } = context.switchToHttp().getRequest<RequestOfCaller>();
  if (!caller) throw new Error('a route asks for its caller but is not behind the bearer guard');
  return caller;
});

/** Lets a request pass that carries a good bearer token with a scope the route allows. */
@Injectable()
export class BearerGuard implements CanActivate {
  constructor(
    @Inject(SIGNING_KEY) private readonly key: SigningKey,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<RequestOfCaller>();
    const header = request.headers.authorization;
    if (!header) throw new Unauthenticated('missing authorization header');
    const { identity } = await verifyToken(this.key, header.replace(/^[Bb]earer /, ''));
    requireScope(
      identity,
      this.reflector.getAllAndOverride<string[]>(ALLOWED_SCOPES, [context.getHandler(), context.getClass()]),
    );
    request.caller = identity;
    return true;
  }
}
