import type { Io } from '../io';

const INTERVAL_MS = 1_000;

/** Tells people on stderr how far something long has come, once a second at most; on a terminal always in the same line. */
export class Progress {
  private saidAtMs: number;
  private hasLine = false;

  constructor(
    private readonly io: Pick<Io, 'stderr' | 'now'>,
    /** What is done: `checked`. */
    private readonly verb: string,
  ) {
    this.saidAtMs = io.now().getTime();
  }

  /** So many of so many are done. */
  tell(done: number, of: number): void {
    const nowMs = this.io.now().getTime();
    if (nowMs - this.saidAtMs < INTERVAL_MS) return;
    this.saidAtMs = nowMs;
    const text = `${this.verb} ${done} of ${Math.max(done, of)}`;
    this.io.stderr.write(this.io.stderr.isTTY ? `\r${text}` : `${text}\n`);
    this.hasLine = true;
  }

  /** Leaves the line to what is said next. */
  end(): void {
    if (this.hasLine && this.io.stderr.isTTY) this.io.stderr.write('\n');
    this.hasLine = false;
  }
}
