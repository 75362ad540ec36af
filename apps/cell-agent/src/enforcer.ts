import { desiredState, type PortChange } from '@heddle/calc';
import type { Receipt } from '@heddle/cell-protocol';
import type { Convergence, Firewall, PeerTable } from '@heddle/dataplane';
import { BackgroundWork, backoff, messageOf, nowMs, type Logger } from '@heddle/platform';
import type { Knowledge } from './knowledge';
import type { News } from './untold-news';

interface Parts {
  readonly knowledge: Knowledge;
  readonly firewall: Pick<Firewall, 'converge'>;
  /** Passes over the list that it was given last. */
  readonly peers: Pick<PeerTable, 'converge'>;
  readonly connections: Connections;
  /** Hears how each kernel transaction went. */
  readonly figures?: EnforcerFigures;
  /** Is told what each kernel transaction put in force. */
  readonly receipts: (receipt: Receipt) => void;
  /** Hears after each kernel transaction that the kernel matches what was known. */
  readonly matched?: () => void;
  readonly logger: Logger;
}

/** What the kernel keeps track of, as far as a change of rules concerns it. */
export interface Connections {
  /** Forgets the connections from and to an address that a container has left. */
  forget(address: string): Promise<unknown>;
  /** Ends the flows that were allowed and are not any more. @returns how many; `null` when that cannot be told. */
  cut(withdrawn: readonly PortChange[]): Promise<number | null>;
}

/** Who counts what is done. */
export interface EnforcerFigures {
  /** A transaction of the packet filter took so long. */
  converged(ms: number, convergence: Convergence): void;
  /** Changes are in the kernel so long after their commit. */
  enforced(secondsSinceCommit: readonly number[]): void;
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
  /** Ports whose flows are still to be ended, because that failed. */
  private uncut: readonly PortChange[] = [];

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
    const { knowledge } = this.parts;
    if (!knowledge.isPlausible()) {
      throw new Error('the documents do not hold the lease of this cell: the kernel stays as it is until they do');
    }
    const news = knowledge.takeNews();
    const newest = knowledge.newest;
    try {
      const { enforcedAtMs, flowsCut } = await this.converge(news);
      this.enforced = newest;
      this.parts.matched?.();
      const sinceCommit = [...news.committedAtMs.values()].map((at) => Math.max(0, enforcedAtMs - at) / 1000);
      this.parts.figures?.enforced(sinceCommit);
      const { changes, documents, leasesUpTo } = news;
      if (documents.length === 0 && leasesUpTo === undefined) return;
      const said = { changes, documents, ...(leasesUpTo !== undefined && { leasesUpTo }) };
      this.parts.receipts({ cell: knowledge.cell, enforcedUpTo: newest, ...said, enforcedAtMs, flowsCut });
    } catch (error) {
      knowledge.putBack(news);
      throw error;
    }
  }

  /** Rules first; then nothing of what they no longer allow goes on, and what an address has left behind is forgotten. */
  private async converge({ departed }: News): Promise<{ enforcedAtMs: number; flowsCut: number | null }> {
    const { knowledge, firewall, peers, connections, figures } = this.parts;
    const desired = desiredState(knowledge.snapshot());
    const begunMs = performance.now();
    const convergence = await firewall.converge(desired);
    figures?.converged(performance.now() - begunMs, convergence);
    this.uncut = [...this.uncut, ...convergence.withdrawn];
    await peers.converge(desired.peers);
    const enforcedAtMs = nowMs();
    await Promise.all(departed.map((address) => connections.forget(address)));
    const flowsCut = await connections.cut(this.uncut);
    this.uncut = [];
    return { enforcedAtMs, flowsCut };
  }
}
