import type { AppDocument, CellKnowledge, LeaseDocument } from '@heddle/calc';
import type { DocumentKey } from '@heddle/domain';
import type { Container } from './container';

/** What has become known and was not yet put in force. */
export interface News {
  /** The changes that concern the cell, ascending. */
  readonly changes: readonly number[];
  /** The documents, each with the change it was made after. */
  readonly documents: readonly { readonly key: DocumentKey; readonly rev: number }[];
}

/**
 * What the agent knows at this moment, and what has come since the kernel was last made to match.
 *
 * Every document is news for a receipt, which says of each how new it is, and so of none more than is true. A document that
 * comes for an app the cell was already watching is a change that concerns the cell, and its receipt names it; one read
 * because a container was started is not.
 */
export class Knowledge {
  readonly apps = new Map<string, AppDocument>();
  readonly leases = new Map<string, LeaseDocument>();
  private readonly held = new Map<string, Container>();
  private readonly settledApps = new Set<string>();
  private leasesAreSettled = false;
  private arrived: number[] = [];
  private readonly fresh = new Map<DocumentKey, number>();

  constructor(readonly cell: string) {}

  appChanged(document: AppDocument): void {
    this.apps.set(document.app, document);
    this.fresh.set(`app:${document.app}`, document.rev);
    if (this.settledApps.has(document.app)) this.arrived.push(document.rev);
  }

  leaseChanged(document: LeaseDocument): void {
    this.leases.set(document.cell, document);
    this.fresh.set(`lease:${document.cell}`, document.rev);
    if (this.leasesAreSettled) this.arrived.push(document.rev);
  }

  /** What is stored of the app has been read; what comes now is news. */
  appSettled(app: string): void {
    this.settledApps.add(app);
  }

  /** What is stored of the leases has been read; what comes now is news. */
  leasesSettled(): void {
    this.leasesAreSettled = true;
  }

  forgetApp(app: string): void {
    this.apps.delete(app);
    this.settledApps.delete(app);
    this.fresh.delete(`app:${app}`);
  }

  addContainer(added: Container): void {
    this.held.set(added.handle, added);
  }

  removeContainer(handle: string): void {
    this.held.delete(handle);
  }

  /** Whether the container is one that the kernel state follows from. */
  holds(handle: string): boolean {
    return this.held.has(handle);
  }

  /** Whether any container is an instance of the app. */
  hosts(app: string): boolean {
    return [...this.held.values()].some((each) => each.app === app);
  }

  /**
   * Whether what was read can be the truth: the documents must at least hold this cell's own lease, which it knows it has.
   * Anything less is an empty or half-rebuilt store, and no reason to take rules out of the kernel.
   */
  isPlausible(): boolean {
    return this.leases.has(this.cell);
  }

  /** The newest change of all documents held, 0 without any. */
  get newest(): number {
    return [...this.apps.values(), ...this.leases.values()].reduce((newest, { rev }) => Math.max(newest, rev), 0);
  }

  /** What the kernel state follows from. */
  snapshot(): CellKnowledge {
    return { cell: this.cell, containers: [...this.held.values()], apps: this.apps, leases: this.leases };
  }

  /** What has come since the last call. */
  takeNews(): News {
    const changes = [...new Set(this.arrived)].sort((a, b) => a - b);
    const documents = [...this.fresh].map(([key, rev]) => ({ key, rev }));
    this.arrived = [];
    this.fresh.clear();
    return { changes, documents };
  }

  /** Puts back news that could not be put in force; what came meanwhile is newer, and what left meanwhile is none. */
  putBack({ changes, documents }: News): void {
    this.arrived.push(...changes);
    for (const { key, rev } of documents) {
      const isForgotten = key.startsWith('app:') && !this.apps.has(key.slice('app:'.length));
      if (!isForgotten && !this.fresh.has(key)) this.fresh.set(key, rev);
    }
  }
}
