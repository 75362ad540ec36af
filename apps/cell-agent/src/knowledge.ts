import { isDeepStrictEqual } from 'node:util';
import {
  knowledgeUnder,
  peersOf,
  whyImplausible,
  type AppDocument,
  type CellKnowledge,
  type LeaseDocument,
  type Peer,
  type Reaches,
  type SpaceDocument,
} from '@heddle/calc';
import { parseBlock, spaceKey, spaceOfKey, type DocumentKey, type Ipv4Block } from '@heddle/domain';
import { localContainer, type Container } from './container';
import { UntoldNews, type News } from './untold-news';

/**
 * What the agent knows at this moment, and what has come since the kernel was last made to match.
 *
 * Every document is news for a receipt, which says of each how new it is, and so of none more than is true. A document that
 * comes for an app or a space the cell was already watching is a change that concerns the cell, and its receipt names it; one read
 * because a container was started is not, nor one that says what was known: every document comes anew when the stream is rebuilt.
 */
export class Knowledge {
  readonly apps = new Map<string, AppDocument>();
  readonly leases = new Map<string, LeaseDocument>();
  /** That of all spaces is under `null`. */
  readonly spaces = new Map<string | null, SpaceDocument>();
  private readonly held = new Map<string, Container>();
  private readonly settledApps = new Set<string>();
  private readonly settledSpaces = new Set<string | null>();
  private leasesAreSettled = false;
  private readonly untold = new UntoldNews();
  private newestHeard = 0;
  /** The subnet of the lease that the cell may use; `null` while it may use none. */
  private subnet: Ipv4Block | null = null;
  /** Cells whose leases are remembered from an earlier run, and of which nothing was read since. */
  private readonly remembered = new Set<string>();
  /** Made anew when a lease changes, and the same otherwise, so that nobody has to compare four thousand of them. */
  private peers: readonly Peer[] | undefined;

  /** @param reaches without it, nothing is known of the world outside */
  constructor(
    readonly cell: string,
    private readonly reaches?: Reaches,
  ) {}

  /** From here on containers of this subnet are on the overlay. */
  holdSubnet(subnet: string): void {
    this.subnet = parseBlock(subnet);
  }

  /** From here on no container is on the overlay, and no peer either. */
  loseSubnet(): void {
    this.subnet = null;
  }

  /** Takes up the documents kept from an earlier run; none of them is news, and any that is read replaces its own. */
  remember(
    leases: readonly LeaseDocument[],
    apps: readonly AppDocument[],
    spaces: readonly SpaceDocument[] = [],
  ): void {
    for (const space of spaces) this.spaces.set(space.space, space);
    for (const lease of leases) this.leases.set(lease.cell, lease);
    for (const { cell } of leases) this.remembered.add(cell);
    for (const app of apps) this.apps.set(app.app, app);
    this.peers = undefined;
  }

  /** @returns whether the document says something else than the one held. */
  appChanged(document: AppDocument): boolean {
    const isNew = differs(document, this.apps.get(document.app));
    this.apps.set(document.app, document);
    this.untold.documentCame(`app:${document.app}`, document.rev);
    this.heard(document.rev, isNew && this.settledApps.has(document.app), document.committedAtMs);
    return isNew;
  }

  /** @returns whether the document says something else than the one held. */
  leaseChanged(document: LeaseDocument): boolean {
    const isNew = differs(document, this.leases.get(document.cell));
    this.leases.set(document.cell, document);
    this.remembered.delete(document.cell);
    this.untold.documentCame(`lease:${document.cell}`, document.rev);
    this.peers = undefined;
    this.heard(document.rev, isNew && this.leasesAreSettled);
    return isNew;
  }

  /** @returns whether the document says something else than the one held. */
  spaceChanged(document: SpaceDocument): boolean {
    const isNew = differs(document, this.spaces.get(document.space));
    // What follows from a document is kept with it, so one that says the same does not take its place.
    if (isNew) this.spaces.set(document.space, document);
    this.untold.documentCame(spaceKey(document.space), document.rev);
    const isNews = isNew && this.settledSpaces.has(document.space) && this.held.size > 0;
    this.heard(document.rev, isNews, document.committedAtMs);
    return isNew;
  }

  /** What is stored of the app has been read; what comes now is news. */
  appSettled(app: string): void {
    this.settledApps.add(app);
  }

  /** The same of a space; of all spaces for `null`. */
  spaceSettled(space: string | null): void {
    this.settledSpaces.add(space);
  }

  /** Something is stored of a lease that cannot be read: what is remembered of it stays. */
  leaseUnreadable(isMeant: (cell: string) => boolean): void {
    for (const cell of this.remembered) if (isMeant(cell)) this.remembered.delete(cell);
  }

  /**
   * What is stored of the leases has been read; what comes now is news. Leases that are remembered only are forgotten,
   * unless that cannot be the truth.
   * @param mostMissing which share of the peers may be missing
   * @returns why it cannot be the truth; then everything remembered stays.
   */
  leasesSettled(mostMissing: number): string | null {
    this.leasesAreSettled = true;
    const read = new Set([...this.leases.keys()].filter((cell) => !this.remembered.has(cell)));
    const why = whyImplausible({ cell: this.cell, held: this.leases, read, mostMissing });
    if (why !== null) return why;
    for (const cell of this.remembered) this.leases.delete(cell);
    this.remembered.clear();
    this.peers = undefined;
    return null;
  }

  /**
   * All documents of leases are known to be here as new as this change. Where some were not named, the next receipt says so of all.
   * @returns whether there is something to say.
   */
  leasesVerified(upTo: number): boolean {
    // What is only remembered may be older than that.
    return !this.remembersLeases && this.untold.leasesVerified(this.leases.values(), upTo);
  }

  /** Whether there is any lease that is remembered from an earlier run only. */
  get remembersLeases(): boolean {
    return this.remembered.size > 0;
  }

  /** Whether the cell holds a lease that it may use. */
  get holdsLease(): boolean {
    return this.subnet !== null;
  }

  forgetApp(app: string): void {
    this.apps.delete(app);
    this.settledApps.delete(app);
    this.untold.forgotten(`app:${app}`);
  }

  forgetSpace(space: string): void {
    this.spaces.delete(space);
    this.settledSpaces.delete(space);
    this.untold.forgotten(spaceKey(space));
  }

  addContainer(added: Container): void {
    this.held.set(added.handle, added);
  }

  removeContainer(handle: string): void {
    const gone = this.held.get(handle);
    if (gone) this.untold.addressLeft(gone.address);
    this.held.delete(handle);
  }

  /** Those whose rules are to be in the kernel: also the ones that are only on their way to the overlay. */
  containers(): Container[] {
    return [...this.held.values()];
  }

  /** Whether the container is one that the kernel state follows from. */
  holds(handle: string): boolean {
    return this.held.has(handle);
  }

  /** Whether any container is an instance of the app. */
  hosts(app: string): boolean {
    return [...this.held.values()].some((each) => each.app === app);
  }

  /** Whether any container is of the space. */
  hostsSpace(space: string): boolean {
    return [...this.held.values()].some((each) => each.space === space);
  }

  /** The rules of security groups that could not be taken: a sentence each. */
  get rulesLeftOut(): string[] {
    return this.reaches?.leftOut(this.spaces.values()) ?? [];
  }

  /**
   * Whether what was read can be the truth: the documents must at least hold this cell's own lease, which it knows it has.
   * Anything less is an empty or half-rebuilt store, and no reason to take rules out of the kernel. A cell without a
   * lease enforces that nothing passes, for which it needs no document.
   */
  isPlausible(): boolean {
    return this.subnet === null || this.leases.has(this.cell);
  }

  /** The newest change of which a document was heard, 0 before any. */
  get newest(): number {
    return this.newestHeard;
  }

  /** What the kernel state follows from. */
  snapshot(): CellKnowledge {
    return knowledgeUnder(this.subnet, {
      containers: [...this.held.values()].map(localContainer),
      apps: this.apps,
      peers: () => (this.peers ??= peersOf(this.cell, this.leases)),
      outside: this.reaches && { spaces: this.spaces, reaches: this.reaches },
    });
  }

  /** What has come since the last call. */
  takeNews(): News {
    return this.untold.take();
  }

  /** Puts back news that could not be put in force; what came meanwhile is newer, and what left meanwhile is none. */
  putBack(news: News): void {
    this.untold.putBack(news, (key) => this.isOfUse(key));
  }

  private isOfUse(key: DocumentKey): boolean {
    if (key.startsWith('app:')) return this.apps.has(key.slice('app:'.length));
    const space = spaceOfKey(key);
    return space === undefined || this.spaces.has(space);
  }

  private heard(rev: number, isNews: boolean, committedAtMs?: number): void {
    this.newestHeard = Math.max(this.newestHeard, rev);
    if (isNews) this.untold.changeCame(rev, committedAtMs);
  }
}

/** Whether two documents say different things, whatever changes they were made after, and whenever. */
function differs(document: Dated, held: Dated | undefined): boolean {
  const undated = { rev: 0, committedAtMs: 0 };
  return !held || !isDeepStrictEqual({ ...document, ...undated }, { ...held, ...undated });
}

interface Dated {
  readonly rev: number;
  readonly committedAtMs?: number;
}
