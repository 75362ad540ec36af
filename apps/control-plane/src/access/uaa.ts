import type { Identity } from '@heddle/platform';
import { z } from 'zod';
import { HttpService, type HttpServiceOptions } from './http-service';
import { jsonOf } from './json-answer';

/** What Heddle is at UAA. */
export interface UaaClient {
  readonly id: string;
  readonly secret: string;
}

/** What UAA says about a token; the same names stand in the token itself. Empty counts as absent, as the original has it. */
export const uaaClaimsSchema = z.object({
  client_id: z.string().default(''),
  scope: z.array(z.string()).default([]),
  sub: z.string().default(''),
  user_id: z.string().default(''),
  user_name: z.string().default(''),
});

/** A token that is about nobody gives no rights. */
const checkedTokenSchema = uaaClaimsSchema.refine(
  ({ user_name, sub }) => user_name !== '' || sub !== '',
  'is about nobody',
);
const serviceTokenSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().nonnegative() });
const publishedKeysSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** A token that UAA gave to Heddle itself. */
export interface GrantedToken {
  readonly text: string;
  readonly validMs: number;
}

/** A public key as UAA publishes it: a JWK. */
export type PublishedKey = z.output<typeof publishedKeysSchema>['keys'][number];

/** Cloud Foundry's UAA, as far as Heddle needs it. Every method throws {@link ServiceFailed} when UAA does not play along. */
export class Uaa {
  private readonly service: HttpService;
  private readonly authorization: string;

  constructor(
    options: Omit<HttpServiceOptions, 'name'>,
    private readonly client: UaaClient,
  ) {
    this.service = new HttpService({ ...options, name: 'UAA' });
    this.authorization = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;
  }

  /** Asks UAA whose token this is. */
  async checkToken(token: string): Promise<Identity> {
    const answer = await this.post('/check_token', { token });
    return identityOf(jsonOf(this.service, answer, checkedTokenSchema));
  }

  /** Gets a token for Heddle itself. */
  async grantToken(): Promise<GrantedToken> {
    const answer = await this.post('/oauth/token', { client_id: this.client.id, grant_type: 'client_credentials' });
    const { access_token, expires_in } = jsonOf(this.service, answer, serviceTokenSchema);
    return { text: access_token, validMs: expires_in * 1000 };
  }

  /** The keys UAA signs tokens with. */
  async publishedKeys(): Promise<PublishedKey[]> {
    const answer = await this.service.ask({ method: 'GET', path: '/token_keys', headers: this.headers() });
    return jsonOf(this.service, answer, publishedKeysSchema).keys;
  }

  close(): void {
    this.service.close();
  }

  private post(path: string, form: Record<string, string>) {
    const headers = { ...this.headers(), 'content-type': 'application/x-www-form-urlencoded' };
    return this.service.ask({ method: 'POST', path, headers, body: new URLSearchParams(form).toString() });
  }

  private headers() {
    return { authorization: this.authorization };
  }
}

/** Who UAA's claims speak of. A client has no user name; then it goes by what the token is about, which is its id. */
export function identityOf(claims: z.output<typeof uaaClaimsSchema>): Identity {
  return {
    name: claims.user_name || claims.sub,
    userId: claims.user_id || undefined,
    clientId: claims.client_id || undefined,
    subject: claims.sub || undefined,
    scopes: claims.scope,
  };
}
