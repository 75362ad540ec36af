/** The table everything of Heddle's lives in; nothing outside it is ever touched. */
export const TABLE = 'ip heddle';

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

/** Whether nft says that what was asked about is not there. */
export function saysNoSuchTable(words: string): boolean {
  return words.includes('No such file or directory');
}
