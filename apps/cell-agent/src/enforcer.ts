import { desiredState } from '@heddle/calc';
import type { Receipt } from '@heddle/cell-protocol';
import type { Firewall, PeerTable } from '@heddle/dataplane';
import { BackgroundWork, backoff, messageOf, nowMs, type Logger } from '@heddle/platform';
import type { Knowledge } from './knowledge';

interface Parts {
  readonly knowledge: Knowledge;
  readonly firewall: Pick<Firewall, 'converge'>;
  readonly peers: Pick<PeerTable, 'converge'>;
  /** Is told what each kernel transaction put in force. */
  readonly receipts: (receipt: Receipt) => void;
  readonly logger: Logger;
}

const RETRY = { firstMs: 20, maxMs: 5_000 };

/**
 * Makes the kernel match what is known: one transaction at a time, and whatever has come while it ran goes into the next.
 * A transaction that the kernel refuses changes nothing and is tried again; the receipt waits for it.
 */
export class Enforcer {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private readonly following = new BackgroundWork(() => this.enforceUntilDone());
  private begun = false;
  private enforced = 0;

  constructor(private readonly parts: Parts) {}

  /** The newest change of which a document is in the kernel. */
  get enforcedUpTo(): number {
    return this.enforced;
  }

  /**
   * Resolves when the kernel matches what is known now.
   * @throws {Error} the kernel's refusal, that too little is known, or that it was closed; then nothing has changed.
   */
  async enforce(): Promise<void> {
    this.next ??= this.afterCurrent();
    await this.next;
  }

  /** From here on the kernel follows what is known; before, what is known is not complete. Resolves when it matches. */
  async begin(): Promise<void> {
    this.begun = true;
    this.knowledgeChanged();
    await this.following.settled();
  }

  /** Something became known: makes the kernel match in the background, again and again until it does. */
  knowledgeChanged(): void {
    if (this.begun) this.following.wake();
  }

  /** Waits for the transaction that runs; what would come after it is left to the next start. */
  async close(): Promise<void> {
    this.stopping.abort();
    await this.running?.catch(() => {});
    await this.following.settled();
  }

  private async enforceUntilDone(): Promise<void> {
    const pause = backoff({ ...RETRY, signal: this.stopping.signal });
    while (!this.stopping.signal.aborted) {
      try {
        return await this.enforce();
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        const said = { error: messageOf(error) };
        this.parts.logger.error(said, 'the kernel does not match what is known; it is tried again');
        await pause.wait().catch(() => {});
      }
    }
  }

  private async afterCurrent(): Promise<void> {
    await this.running?.catch(() => {});
    // Documents that the server sent together arrive in one turn of the loop; so they become one transaction.
    await new Promise(setImmediate);
    this.next = undefined;
    if (this.stopping.signal.aborted) throw new Error('the agent is stopping: the kernel stays as it is');
    this.running = this.enforceOnce();
    await this.running;
  }

  private async enforceOnce(): Promise<void> {
    const { knowledge, firewall, peers, logger } = this.parts;
    if (!knowledge.isPlausible()) {
      throw new Error('the documents do not hold the lease of this cell: the kernel stays as it is until they do');
    }
    const news = knowledge.takeNews();
    const newest = knowledge.newest;
    const desired = desiredState(knowledge.snapshot());
    try {
      await firewall.converge(desired);
      const { malformed } = await peers.converge(desired.peers);
      for (const { cell, reason } of malformed) logger.error({ peer: cell, reason }, 'a peer is left out');
    } catch (error) {
      knowledge.putBack(news);
      throw error;
    }
    this.enforced = newest;
    if (news.documents.length === 0) return;
    this.parts.receipts({ cell: knowledge.cell, enforcedUpTo: newest, ...news, enforcedAtMs: nowMs() });
  }
}
