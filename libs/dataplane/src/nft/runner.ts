/** The table everything of Heddle's lives in; nothing outside it is ever touched. */
export const TABLE = 'ip heddle';

/** Stands in for the table while that is replaced, so that there is no moment at which nothing is decided. */
export const STAND_IN = 'ip heddle_stand_in';

/** How much of the kernel's complaint is kept: it repeats the whole command that was refused. */
const KEPT_CHARACTERS = 2_000;

/** Runs nft commands against the kernel of the network namespace this process stands in. */
export interface NftRunner {
  readonly kind: 'libnftables' | 'nft';
  /**
   * Runs the commands as one transaction.
   * @throws {KernelRefused} with the kernel's words; then nothing has changed.
   */
  run(text: string): Promise<void>;
  /** Heddle's table as JSON, or `null` when the kernel has none. */
  listTable(table?: typeof TABLE | typeof STAND_IN): Promise<string | null>;
  /** The number of the last transaction of anyone here; `null` where it cannot be told. Costs microseconds. */
  generation(): number | null;
  /** Waits for what was begun, then lets go. */
  close(): Promise<void>;
}

/** The kernel refused a transaction; nothing has changed. */
export class KernelRefused extends Error {
  /** What was said. */
  readonly words: string;

  constructor(words: string) {
    const kept = words.slice(0, KEPT_CHARACTERS).trim();
    super(kept.split('\n', 1)[0] || 'the kernel refused, and gave no reason');
    this.name = 'KernelRefused';
    this.words = kept;
  }
}

/** Whether nft says that what was asked about is not there. */
export function saysNoSuchTable(words: string): boolean {
  return words.includes('No such file or directory');
}
