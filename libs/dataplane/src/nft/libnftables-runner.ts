import { KernelRefused } from '../kernel-refused';
import { Turns } from '../turns';
import { openGenerationReader, type GenerationReader } from './generation';
import { loadLibnftables, type Libnftables, type NftContext } from './libnftables';
import { saysNoSuchTable, TABLE, type NftRunner } from './runner';

/** `NFT_CTX_OUTPUT_JSON | NFT_CTX_OUTPUT_NUMERIC_ALL` of `<nftables/libnftables.h>`: what `nft -j -n` prints. */
const JSON_FLAGS = (1 << 4) | (0b1111 << 7);

/**
 * Up to here a text runs on this thread: 0.1 ms for one change, some 1 500 elements at most. Longer ones would hold up
 * everything else (10 000 elements: 54 ms) and run on another thread.
 */
const LARGEST_SYNCHRONOUS_TEXT = 64 * 1024;

/**
 * libnftables within this process. Its connection to the kernel stays open, which spares each change the start of a
 * process and, after deletions, the grace period the kernel waits for when a connection closes.
 */
export class LibnftablesRunner implements NftRunner {
  readonly kind = 'libnftables';
  /** A context must never serve two calls at once. */
  private readonly turns = new Turns();
  private closed: Promise<void> | null = null;

  private constructor(
    private readonly library: Libnftables,
    private readonly context: NftContext,
    private readonly generations: GenerationReader,
  ) {}

  /** @throws when koffi or libnftables is not there. */
  static async open(): Promise<LibnftablesRunner> {
    const library = await loadLibnftables();
    const context = library.newContext();
    if (!context) throw new Error('libnftables has no memory for a context');
    return new LibnftablesRunner(library, context, await openGenerationReader());
  }

  run(text: string): Promise<void> {
    return this.turn(async () => {
      const isShort = text.length <= LARGEST_SYNCHRONOUS_TEXT;
      const result = isShort ? this.library.run(this.context, text) : await this.library.runAside(this.context, text);
      // Reading the errors empties their buffer, so it is done after each call.
      const errors = this.library.errorsOf(this.context);
      if (result !== 0) throw new KernelRefused(errors);
    });
  }

  listTable(table: string = TABLE): Promise<string | null> {
    return this.turn(async () => {
      this.library.setOutputFlags(this.context, JSON_FLAGS);
      try {
        const result = await this.library.runAside(this.context, `list table ${table}`);
        const listed = this.library.outputOf(this.context);
        const errors = this.library.errorsOf(this.context);
        if (result === 0) return listed;
        if (saysNoSuchTable(errors)) return null;
        throw new KernelRefused(errors);
      } finally {
        this.library.setOutputFlags(this.context, 0);
      }
    });
  }

  generation(): number | null {
    return this.closed ? null : this.generations.read();
  }

  close(): Promise<void> {
    this.closed ??= this.turns.take(async () => {
      this.library.freeContext(this.context);
      this.generations.close();
    });
    return this.closed;
  }

  private turn<T>(task: () => Promise<T>): Promise<T> {
    if (this.closed) return Promise.reject(new Error('the nft runner is closed'));
    return this.turns.take(task);
  }
}
