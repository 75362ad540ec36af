import type { VerifiedToken } from '@heddle/platform';

/** So many tokens are remembered; the one that was checked first goes first. */
const MOST = 1_000;

/**
 * Tokens that were found good, so that a signature is checked once and not for each request: Ed25519 takes a tenth of what a create
 * costs. A signature does not become wrong, so only the time counts; who revokes a token is asked elsewhere, each time.
 */
export class KnownTokens {
  private readonly known = new Map<string, VerifiedToken>();

  /** @param verify checks a token in full; throws when it is not good */
  constructor(
    private readonly verify: (token: string) => Promise<VerifiedToken>,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** @throws whatever the check throws; also for a token that was good and is out of date now. */
  async check(token: string): Promise<VerifiedToken> {
    const known = this.known.get(token);
    if (known && this.now() < known.expiresAt) return known;
    this.known.delete(token);
    const verified = await this.verify(token);
    this.known.set(token, verified);
    for (const oldest of this.known.keys()) {
      if (this.known.size <= MOST) break;
      this.known.delete(oldest);
    }
    return verified;
  }
}
