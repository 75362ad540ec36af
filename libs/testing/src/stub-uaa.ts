import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { StubService, type StubAnswer, type StubRequest } from './stub-service';
import type { TestCertificate } from './test-certificate';

/** Whom a token of the stub is for: a user, or without a user name a client. */
export interface TokenHolder {
  readonly user?: string;
  /** Without it the name of the user with `-id` behind it. */
  readonly userId?: string;
  readonly client?: string;
  readonly scopes?: readonly string[];
  /** How long it is good; negative for one that has expired. */
  readonly validSeconds?: number;
  /** Claims that differ from what UAA would write. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly published: JWK;
}

const ALGORITHM = 'RS256';

/** A stand-in for Cloud Foundry's UAA: it issues tokens, checks them, and publishes its keys. */
export class StubUaa {
  /** What Heddle is there. */
  static readonly client = { id: 'network-policy', secret: 's3cr:t&=+%ü' } as const;
  /** How long tokens for Heddle itself are good. */
  serviceTokenSeconds = 600;
  /** The keys published now; the newest signs. */
  private keys: Key[] = [];
  private readonly claimsOf = new Map<string, Record<string, unknown>>();
  private readonly serviceTokens = new Set<string>();

  private constructor(readonly service: StubService) {}

  static async start(certificate?: TestCertificate): Promise<StubUaa> {
    const service = await StubService.start({ empty: {}, answer: (request) => uaa.answer(request) }, certificate);
    const uaa = new StubUaa(service);
    await uaa.rotateKeys();
    return uaa;
  }

  get url(): string {
    return this.service.url;
  }

  /** A token for somebody, signed with the newest key. */
  async issue({ user, userId, client = 'cf', scopes = [], validSeconds = 600, claims }: TokenHolder): Promise<string> {
    const id = user === undefined ? undefined : (userId ?? `${user}-id`);
    const now = Math.floor(Date.now() / 1000);
    const all: Record<string, unknown> = {
      ...{ jti: randomUUID(), sub: id ?? client, client_id: client, scope: scopes, iss: `${this.url}/oauth/token` },
      ...{ iat: Math.min(now, now + validSeconds), exp: now + validSeconds },
      ...(user !== undefined && { user_name: user, user_id: id }),
      ...claims,
    };
    const { kid, privateKey } = this.keys.at(-1) as Key;
    const token = await new SignJWT(all).setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' }).sign(privateKey);
    if (validSeconds > 0) this.claimsOf.set(token, all);
    return token;
  }

  /** Takes a token out of use; only who asks UAA hears of it. */
  revoke(token: string): void {
    this.claimsOf.delete(token);
  }

  /**
   * Signs with another key from now on.
   * @param options.kid the name of the key; a new one without it
   * @param options.keepOld whether tokens signed with the older keys stay good
   */
  async rotateKeys({ kid = randomUUID() as string, keepOld = false } = {}): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
    const published = {
      ...(await exportJWK(publicKey)),
      kid,
      alg: ALGORITHM,
      use: 'sig',
      value: '-----BEGIN PUBLIC KEY-----',
    };
    this.keys = [...(keepOld ? this.keys : []), { kid, privateKey, published }];
  }

  /** Whether this is a token that was given to Heddle itself and is still in use. */
  isServiceToken(text: string): boolean {
    return this.serviceTokens.has(text);
  }

  /** Takes every token that Heddle itself has out of use. */
  revokeServiceTokens(): void {
    this.serviceTokens.clear();
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }

  private answer({ method, path, authorization, body }: StubRequest): StubAnswer {
    const { id, secret } = StubUaa.client;
    const isHeddle = authorization === `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
    const form = new URLSearchParams(body);
    if (!isHeddle) return { status: 401, body: { error: 'unauthorized' } };
    switch (`${method} ${path}`) {
      case 'POST /check_token':
        return this.checked(form.get('token') ?? '');
      case 'POST /oauth/token':
        return form.get('grant_type') === 'client_credentials' ? this.granted() : { status: 400, body: {} };
      case 'GET /token_keys':
        return { status: 200, body: { keys: this.keys.map(({ published }) => published) } };
      default:
        return { status: 404, body: {} };
    }
  }

  private checked(token: string): StubAnswer {
    const claims = this.claimsOf.get(token);
    return claims ? { status: 200, body: claims } : { status: 400, body: { error: 'invalid_token' } };
  }

  private granted(): StubAnswer {
    const token = `service-${randomUUID()}`;
    this.serviceTokens.add(token);
    return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: this.serviceTokenSeconds } };
  }
}
