import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { appDocument, leaseDocument, leaseGrant, spaceDocument } from '@heddle/cell-protocol';
import { BackgroundWork, errorCodeOf, messageOf, writeFileAtomically, type Logger } from '@heddle/platform';
import { z } from 'zod';

/** Another shape of the file needs another number; a file with another one is left unread. */
const VERSION = 1;
/** However much changes, the file is written this often at most. */
const LEAST_BETWEEN_WRITES_MS = 1_000;

const contents = z.object({
  version: z.literal(VERSION),
  /** When somebody could last be asked: epoch milliseconds. */
  inTouchAtMs: z.number(),
  grant: leaseGrant,
  leases: z.array(leaseDocument),
  apps: z.array(appDocument),
  /** A file of an agent that knew no security groups has none. */
  spaces: z.array(spaceDocument).default([]),
});

/** The last good state: all an agent needs to work while nobody can be asked. */
export type LastGoodState = Omit<z.infer<typeof contents>, 'version'>;

/**
 * Reads the last good state. One that cannot be used, whatever the reason, is as good as none: the agent then waits for the
 * control plane, as a new one does.
 */
export async function readLastGoodState(stateDir: string, logger: Logger): Promise<LastGoodState | undefined> {
  const path = pathIn(stateDir);
  try {
    return contents.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (errorCodeOf(error) !== 'ENOENT') logger.error({ path, error: messageOf(error) }, 'the kept state is of no use');
    return undefined;
  }
}

/** Keeps the last good state on disk, by atomic rename, some time after each change. */
export class StateKeeper {
  private readonly stopping = new AbortController();
  private readonly writing = new BackgroundWork(() => this.write());
  /** The file itself: what is done to it is done one after the other. */
  private file: Promise<void> = Promise.resolve();

  /**
   * @param now what is to be kept at this moment; `undefined` for nothing that is good, which leaves the file as it is
   * @param report is told how each write went; `null` for well
   */
  constructor(
    private readonly stateDir: string,
    private readonly now: () => LastGoodState | undefined,
    private readonly report: (failure: string | null) => void,
  ) {}

  /** Something changed that is worth keeping. */
  changed(): void {
    this.writing.wake();
  }

  /** The state is good no longer: what lies on disk is removed at once, so that no start begins with it. */
  forget(): Promise<void> {
    return this.change('removed', () => forgetLastGoodState(this.stateDir));
  }

  /** Writes what was not written yet. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.writing.settled();
  }

  private async write(): Promise<void> {
    await delay(LEAST_BETWEEN_WRITES_MS, undefined, { signal: this.stopping.signal }).catch(() => {});
    await this.change('written', async () => {
      const state = this.now();
      if (!state) return;
      await writeFileAtomically(pathIn(this.stateDir), `${JSON.stringify({ version: VERSION, ...state })}\n`, 0o600);
    });
  }

  private change(what: string, change: () => Promise<void>): Promise<void> {
    this.file = this.file.then(change).then(
      () => this.report(null),
      (error: unknown) => this.report(`${pathIn(this.stateDir)} cannot be ${what}: ${messageOf(error)}`),
    );
    return this.file;
  }
}

/** Removes the last good state; of none is fine. */
export async function forgetLastGoodState(stateDir: string): Promise<void> {
  await rm(pathIn(stateDir), { force: true });
}

function pathIn(stateDir: string): string {
  return join(stateDir, 'last-good-state.json');
}
