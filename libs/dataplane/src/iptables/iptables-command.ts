import { CommandFailed, runCommand } from '../command';
import { DataplaneUnavailable } from '../dataplane-unavailable';
import { KernelRefused } from '../kernel-refused';
import { TABLE_NAMES, type TableName } from './chains';

/** The command of the host to use: what `iptables` is there, or one of its two variants by name. */
export type IptablesName = 'iptables' | 'iptables-nft' | 'iptables-legacy';

/** How the variants program the kernel: by nftables, or by the older interface of the kernel's own. */
export type IptablesVariant = 'iptables-nft' | 'iptables-legacy';

/** A change of a table of 100 000 rules takes seconds. */
const TIMEOUT_MS = 60_000;

/** How long another program may hold the lock of all iptables commands. */
export const LOCK_WAIT_SECONDS = 5;

/** What `iptables-restore` ends with when it may be tried again: the lock was held, or another changed the table meanwhile. */
const TRY_AGAIN = 4;

/** Reads and programs tables of the network namespace this process stands in, with the commands of the host. */
export class IptablesCommand {
  private constructor(
    private readonly name: IptablesName,
    readonly variant: IptablesVariant,
    private readonly lockWaitSeconds: number,
  ) {}

  /** @throws {DataplaneUnavailable} when there is no such command, or the kernel has nothing it could speak to. */
  static async open(name: IptablesName, lockWaitSeconds = LOCK_WAIT_SECONDS): Promise<IptablesCommand> {
    const version = await runCommand(`${name}-restore`, ['--version']);
    const variant = version.includes('nf_tables') ? 'iptables-nft' : 'iptables-legacy';
    const command = new IptablesCommand(name, variant, lockWaitSeconds);
    try {
      for (const table of TABLE_NAMES) await command.save(table);
    } catch (cause) {
      throw new DataplaneUnavailable(
        `${name} cannot read the rules of this machine: ${(cause as Error).message}; load the kernel modules it needs, or choose another with HEDDLE_IPTABLES or HEDDLE_DATAPLANE`,
        { cause },
      );
    }
    return command;
  }

  /** The whole table, as text. */
  async save(table: TableName): Promise<string> {
    return this.run(`${this.name}-save`, ['-t', table]);
  }

  /**
   * Runs a transaction for each table in the text, in order; whatever they do not name stays.
   * @throws {KernelRefused} with the command's words; then nothing has changed in the table it is about, and those behind it.
   */
  async restore(text: string): Promise<void> {
    await this.run(`${this.name}-restore`, ['--noflush', '--wait', String(this.lockWaitSeconds)], text);
  }

  private async run(command: string, args: readonly string[], stdin = ''): Promise<string> {
    try {
      return await runCommand(command, args, { stdin, timeoutMs: TIMEOUT_MS });
    } catch (error) {
      // An exit code means that the command has read the kernel's answer. Killed, nobody knows.
      if (!(error instanceof CommandFailed) || error.exitCode === null) throw error;
      if (error.exitCode === TRY_AGAIN && error.stderr.includes('xtables lock'))
        throw new KernelRefused(this.lockHeld());
      throw new KernelRefused(error.stderr);
    }
  }

  private lockHeld(): string {
    return `another program has held the lock of iptables (/run/xtables.lock) for ${this.lockWaitSeconds} s; find it with: fuser -v /run/xtables.lock`;
  }
}
