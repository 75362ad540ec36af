import type { TokenStore } from './token-store';

/** A revocation counts at the latest this long after it was written. */
const LOOK_AGAIN_AFTER_MS = 250;

/** Which tokens are revoked, looked up again while they are asked for, so that no process has to be told. */
export class Revocations {
  private known: ReadonlySet<string> = new Set();
  private lookedAtMs = -Infinity;
  private looking: Promise<void> | undefined;

  constructor(private readonly store: Pick<TokenStore, 'revokedIds'>) {}

  /** @throws {FatalError} when it cannot be found out: then nobody can say that the token is good. */
  async includes(id: string): Promise<boolean> {
    if (performance.now() - this.lookedAtMs >= LOOK_AGAIN_AFTER_MS) {
      this.looking ??= this.look().finally(() => (this.looking = undefined));
      await this.looking;
    }
    return this.known.has(id);
  }

  private async look(): Promise<void> {
    const lookedAtMs = performance.now();
    this.known = await this.store.revokedIds();
    this.lookedAtMs = lookedAtMs;
  }
}
