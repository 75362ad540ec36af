/** How much of the kernel's complaint is kept: it repeats the whole command that was refused. */
const KEPT_CHARACTERS = 2_000;

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
