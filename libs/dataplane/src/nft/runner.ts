/** The table everything of Heddle's lives in; nothing outside it is ever touched. */
export const TABLE = 'ip heddle';

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
  listTable(): Promise<string | null>;
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
