import type { Logger } from '@heddle/platform';

/** What can be wrong with a cell as a whole. */
export type AlarmCode =
  /** It lost its lease and forwards nothing until it has one. */
  | 'lease-lost'
  /** The control plane refuses it a lease. */
  | 'lease-refused'
  /** It works from what it kept on disk, since nobody can be asked. */
  | 'stale'
  /** What was read of the leases cannot be the truth, so everything held stays. */
  | 'implausible-leases'
  /** A document cannot be read. */
  | 'malformed-document'
  /** Some rules of security groups cannot be programmed. */
  | 'rules-left-out'
  /** Some leases cannot be programmed. */
  | 'peers-left-out'
  /** The overlay could not be compared with the kernel, or not be mended. */
  | 'overlay-broken'
  /** What is known could not be written to disk. */
  | 'state-not-kept'
  /** The overlay does not carry what it should. */
  | 'self-test-failed';

/** Something an operator should know, for as long as it lasts. */
export interface Alarm {
  readonly code: AlarmCode;
  /** What is wrong, in one sentence with the values. */
  readonly message: string;
  /** Epoch milliseconds. */
  readonly sinceMs: number;
}

/** In characters: what a sign of life has room for. */
const LONGEST_MESSAGE = 1_000;

/** What is wrong with the cell at this moment. Each raising is logged once, and so is its end. */
export class Alarms {
  private readonly raised = new Map<AlarmCode, Alarm>();

  constructor(private readonly logger: Logger) {}

  raise(code: AlarmCode, said: string): void {
    const message = said.slice(0, LONGEST_MESSAGE);
    const known = this.raised.get(code);
    if (known?.message === message) return;
    this.raised.set(code, { code, message, sinceMs: known?.sinceMs ?? Date.now() });
    this.logger.error({ alarm: code }, message);
  }

  /** Raises it with a message, or ends it with `null`. */
  report(code: AlarmCode, message: string | null): void {
    if (message === null) this.clear(code);
    else this.raise(code, message);
  }

  clear(code: AlarmCode): void {
    if (this.raised.delete(code)) this.logger.warn({ alarm: code }, 'the alarm is over');
  }

  /** The oldest first. */
  list(): Alarm[] {
    return [...this.raised.values()].sort((a, b) => a.sinceMs - b.sinceMs);
  }
}
