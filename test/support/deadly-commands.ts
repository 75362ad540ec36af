import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMMANDS = ['ip', 'tc'];

/**
 * Commands that kill whoever started them, the next time they are told certain words: so that a process dies at a known place
 * without knowing of it. Otherwise they are the commands of the machine.
 */
export class DeadlyCommands {
  private readonly directory = mkdtempSync(join(tmpdir(), 'heddle-deadly-'));
  private readonly order = join(this.directory, 'order');
  /** The search path of the process that is to die. */
  readonly path = `${this.directory}:${process.env.PATH}`;

  constructor() {
    for (const command of COMMANDS) {
      const real = execFileSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim();
      writeFileSync(join(this.directory, command), this.script(real), { mode: 0o755 });
    }
  }

  /** @param words of the arguments or the standard input, on whose command the process dies, once */
  die(when: 'before' | 'after', words: string): void {
    writeFileSync(this.order, `${when} ${words}\n`);
  }

  /** Whether it was not done yet. */
  get isPending(): boolean {
    return existsSync(this.order);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }

  private script(real: string): string {
    return `#!/bin/sh
[ -f ${this.order} ] || exec ${real} "$@"
read when words < ${this.order}
input=$(cat)
case "$* $input" in *"$words"*) rm ${this.order} ;; *) when=never ;; esac
[ $when != before ] || { kill -9 $PPID; exit 1; }
printf '%s\\n' "$input" | ${real} "$@"
status=$?
[ $when != after ] || kill -9 $PPID
exit $status
`;
  }
}
