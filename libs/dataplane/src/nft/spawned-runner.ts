import { CommandFailed, runCommand } from '../command';
import { KernelRefused } from '../kernel-refused';
import { Turns } from '../turns';
import { saysNoSuchTable, TABLE, type NftRunner } from './runner';

/** A list of 100 000 elements takes seconds, and so does replacing them. */
const NFT_TIMEOUT_MS = 60_000;

/** One process for each call: 5–20 ms on an idle machine, against 0.1 ms within this one. */
export class SpawnedNftRunner implements NftRunner {
  readonly kind = 'nft';
  private readonly turns = new Turns();

  /** @throws {DataplaneUnavailable} when there is no `nft` command. */
  static async open(): Promise<SpawnedNftRunner> {
    await runCommand('nft', ['--version']);
    return new SpawnedNftRunner();
  }

  run(text: string): Promise<void> {
    return this.turns.take(async () => {
      try {
        await runCommand('nft', ['-f', '-'], { stdin: text, timeoutMs: NFT_TIMEOUT_MS });
      } catch (error) {
        throw asRefusal(error);
      }
    });
  }

  listTable(): Promise<string | null> {
    return this.turns.take(async () => {
      try {
        return await runCommand('nft', ['-j', '-n', 'list', 'table', ...TABLE.split(' ')], {
          timeoutMs: NFT_TIMEOUT_MS,
        });
      } catch (error) {
        if (error instanceof CommandFailed && saysNoSuchTable(error.stderr)) return null;
        throw asRefusal(error);
      }
    });
  }

  close(): Promise<void> {
    return this.turns.take(() => Promise.resolve());
  }
}

/** An exit code means that nft has read the kernel's answer. Killed, nobody knows. */
function asRefusal(error: unknown): unknown {
  return error instanceof CommandFailed && error.exitCode !== null ? new KernelRefused(error.stderr) : error;
}
