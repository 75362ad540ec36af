import { Pace } from '@heddle/platform';
import type { NatsConnection } from 'nats';
import { DirectReader } from './direct-read';
import { ownerOf, saysNothing, subjectOf, type DocumentOwner } from './document-owner';
import type { DocumentStore } from './document-store';
import { jsonOf } from './json-of';
import { shardOf, shardSetIn } from './shards';
import { STATE_STREAM } from './streams';
import { stateSubject } from './subjects';

/** What the state stream is to hold. */
export interface RebuildOrder {
  /** Whose documents say something at the moment. */
  readonly owners: readonly DocumentOwner[];
  /** The document of any owner as it is at the moment, marked with `rev`; a promise says that it is made in turns. */
  readonly render: (owner: DocumentOwner, rev: number) => unknown;
  /** The newest change that what is rendered now has in it. */
  readonly position: () => number;
  /** Ends the rebuild between two documents; what is done then stays. */
  readonly signal: AbortSignal;
  /** Hears how far it is. */
  readonly onProgress: (progress: RebuildProgress) => void;
}

/** How far a rebuild is. */
export interface RebuildProgress {
  /** How many documents are stored. */
  readonly done: number;
  /** Of how many. */
  readonly of: number;
  /** How many messages were emptied or removed, since nothing in the log explains them. */
  readonly strays: number;
}

const MOST_IN_FLIGHT = 256;

/**
 * Makes the state stream hold what follows from the log and nothing else, while everyone works on: first every document anew,
 * marked with the newest change; then whatever else is there is made to say nothing, or removed where no document should be.
 */
export class StateRebuild {
  private done = 0;
  private strays = 0;
  private readonly pace = new Pace();
  private readonly reader: DirectReader;

  constructor(
    private readonly connection: NatsConnection,
    private readonly store: DocumentStore,
    private readonly order: RebuildOrder,
  ) {
    this.reader = new DirectReader(connection, STATE_STREAM);
  }

  /** Resolves with how it went. @throws {Error} the signal's reason, or when the server does not answer. */
  async run(): Promise<RebuildProgress> {
    const { owners } = this.order;
    this.tell();
    const present = new Set(owners.map(subjectOf)).add(stateSubject.cursor);
    const strays = (await this.storedSubjects()).filter((subject) => !present.has(subject));
    await this.inGroups(owners, async (owner) => {
      await this.put(owner, this.order.position());
      this.done++;
    });
    await this.inGroups(strays, (subject) => (shardOf(subject) ? this.clearShard(subject) : this.clear(subject)));
    return this.tell();
  }

  private tell(): RebuildProgress {
    const progress = { done: this.done, of: this.order.owners.length, strays: this.strays };
    this.order.onProgress(progress);
    return progress;
  }

  private async inGroups<T>(all: readonly T[], each: (one: T) => Promise<void>): Promise<void> {
    for (let from = 0; from < all.length; from += MOST_IN_FLIGHT) {
      await Promise.all(all.slice(from, from + MOST_IN_FLIGHT).map(each));
      this.order.signal.throwIfAborted();
      this.tell();
    }
  }

  private async storedSubjects(): Promise<string[]> {
    const { streams } = await this.connection.jetstreamManager({ checkAPI: false });
    const { state } = await streams.info(STATE_STREAM, { subjects_filter: '>' });
    return Object.keys(state.subjects ?? {});
  }

  private async put(owner: DocumentOwner, rev: number): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(await this.order.render(owner, rev)));
    const isPossible = (other: number): boolean => other <= this.order.position();
    await this.store.restore({ subject: subjectOf(owner), rev, bytes }, isPossible, this.order.signal);
    await this.pace.rest();
  }

  /** What came into being meanwhile is rendered like all else; so nothing is emptied that has become true. */
  private async clear(subject: string): Promise<void> {
    const message = await this.reader.newest(subject);
    if (!message) return;
    const stored = jsonOf(message.data);
    const owner = ownerOf(subject, stored);
    if (!owner) return this.remove(subject);
    const rev = this.order.position();
    if (saysNothing(owner.kind, stored) && saysNothing(owner.kind, await this.order.render(owner, rev))) return;
    await this.put(owner, rev);
    this.strays++;
  }

  /** A set that a message names, or one that is still to come may, stays: that one has a higher revision than the one that stands. */
  private async clearShard(subject: string): Promise<void> {
    const shard = shardOf(subject);
    if (!shard) return;
    const message = await this.reader.newest(shard.document);
    const head = message && jsonOf(message.data);
    const newest = (head as { rev?: number } | undefined)?.rev ?? this.order.position();
    if (shard.rev <= newest && shardSetIn(head)?.digest !== shard.digest) await this.remove(subject);
  }

  private async remove(subject: string): Promise<void> {
    const { streams } = await this.connection.jetstreamManager({ checkAPI: false });
    await streams.purge(STATE_STREAM, { filter: subject });
    this.strays++;
  }
}
