/** The table everything of Heddle's lives in; nothing outside it is ever touched. */
export const TABLE = 'ip heddle';

/** Stands in for the table while that is replaced, so that there is no moment at which nothing is decided. */
export const STAND_IN = 'ip heddle_stand_in';

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

/** Whether nft says that what was asked about is not there. */
export function saysNoSuchTable(words: string): boolean {
  return words.includes('No such file or directory');
}
