import type { GrantedToken, Uaa } from './uaa';

/** A token is replaced this long before it expires, or when half of its time is over if that comes later. */
const REPLACE_BEFORE_MS = 60_000;

/** The token Heddle itself has at UAA, kept until shortly before it expires. */
export class ServiceToken {
  private granted: { readonly text: string; readonly goodUntilMs: number } | undefined;
  private asking: Promise<string> | undefined;

  constructor(
    private readonly uaa: Pick<Uaa, 'grantToken'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @throws {ServiceFailed} when UAA gives none. */
  async get(): Promise<string> {
    if (this.granted && this.now() < this.granted.goodUntilMs) return this.granted.text;
    this.asking ??= this.replace().finally(() => (this.asking = undefined));
    return this.asking;
  }

  /** Says that a token is not accepted any more: the next one is a new one. */
  refused(text: string): void {
    if (this.granted?.text === text) this.granted = undefined;
  }

  private async replace(): Promise<string> {
    const askedAtMs = this.now();
    const { text, validMs }: GrantedToken = await this.uaa.grantToken();
    this.granted = { text, goodUntilMs: askedAtMs + Math.max(validMs - REPLACE_BEFORE_MS, validMs / 2) };
    return text;
  }
}
