/** Who makes a request, as their token says. */
export interface Identity {
  readonly name: string;
  readonly userId?: string;
  readonly clientId?: string;
  /** What the token is about (`sub`): Cloud Controller gives roles to this id. Only UAA's tokens have it. */
  readonly subject?: string;
  readonly scopes: readonly string[];
}

/** The token is missing, not one of ours, changed, or out of date. */
export class Unauthenticated extends Error {
  readonly code = 'unauthenticated';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unauthenticated';
  }
}

/** The token is good, but does not allow this. */
export class Forbidden extends Error {
  readonly code = 'forbidden';

  constructor(message: string) {
    super(message);
    this.name = 'Forbidden';
  }
}

/**
 * Asks that an identity has at least one of the scopes.
 * @throws {Forbidden} in the words of Cloud Foundry's policy server, which its clients know.
 */
export function requireScope(identity: Identity, allowed: readonly string[]): void {
  if (identity.scopes.some((scope) => allowed.includes(scope))) return;
  throw new Forbidden(
    `provided scopes [${identity.scopes.join(' ')}] do not include allowed scopes [${allowed.join(' ')}]`,
  );
}
