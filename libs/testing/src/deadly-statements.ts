import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PRELOAD = join(__dirname.replace(/\/dist\//, '/'), 'die-at-statement.cjs');

/** Kills a process, once, at a statement it sends to its database: a place in its work that no timing would hit. */
export class DeadlyStatements {
  private readonly directory = mkdtempSync(join(tmpdir(), 'heddle-deadly-'));
  private readonly order = join(this.directory, 'order.json');
  /** For the process that is to die. */
  readonly environment = { NODE_OPTIONS: `--require=${PRELOAD}`, DEADLY_ORDER: this.order };

  /** @param words of statements that come one after the other; it dies with the last, `amid` it without waiting for what becomes of it */
  die(when: 'before' | 'amid' | 'after', words: readonly string[]): void {
    writeFileSync(this.order, JSON.stringify({ when, words }));
  }

  /** Lets the next one live. */
  spare(): void {
    rmSync(this.order, { force: true });
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
