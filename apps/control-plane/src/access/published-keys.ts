import { createLocalJWKSet, errors, type CryptoKey, type FlattenedJWSInput, type JWTHeaderParameters } from 'jose';
import type { Uaa } from './uaa';

/** Keys are looked up again when they are older than this, so that one that was withdrawn ends. */
const REFRESH_AFTER_MS = 5 * 60_000;
/** While UAA does not answer, its keys count for as long as this. */
const COUNT_FOR_MS = 60 * 60_000;
/** A token with an unknown key makes Heddle look again, but not more often than this, whatever anyone sends. */
const LOOK_AGAIN_AFTER_MS = 10_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/** The keys UAA publishes. Which algorithms they may be used for is said by {@link verifyByPublishedKeys}. */
export class PublishedKeys {
  private keys: { readonly set: KeySet; readonly atMs: number } | undefined;
  private askedAtMs = -Infinity;
  private asking: Promise<void> | undefined;

  constructor(
    private readonly uaa: Pick<Uaa, 'publishedKeys'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * The key that a token says it was signed with.
   * @throws {JOSEError} when UAA publishes no such key; {@link ServiceFailed} when it publishes nothing.
   */
  async find(header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const known = await this.current();
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await this.lookAgain())) throw error;
      return (await this.current())(header, token);
    }
  }

  /** Looks for other keys, unless that was done a moment ago. @returns whether it was done */
  async lookAgain(): Promise<boolean> {
    if (this.asking === undefined && this.now() - this.askedAtMs < LOOK_AGAIN_AFTER_MS) return false;
    await this.ask();
    return true;
  }

  private async current(): Promise<KeySet> {
    const ageMs = this.now() - (this.keys?.atMs ?? -Infinity);
    if (this.keys === undefined || ageMs >= COUNT_FOR_MS) await this.ask();
    // Nobody waits for this look, and when it fails the next one comes with the next token.
    else if (ageMs >= REFRESH_AFTER_MS) void this.lookAgain().catch(() => {});
    return (this.keys as { set: KeySet }).set;
  }

  private ask(): Promise<void> {
    this.asking ??= this.replace().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async replace(): Promise<void> {
    const atMs = this.now();
    this.askedAtMs = atMs;
    const published = await this.uaa.publishedKeys();
    this.keys = { set: createLocalJWKSet({ keys: published }), atMs };
  }
}
