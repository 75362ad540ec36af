import type { AppDocument, CellKnowledge, LeaseDocument } from '@heddle/calc';
import type { Container } from './container';

/**
 * What the agent knows at this moment, and which changes have come since the kernel was last made to match.
 *
 * A document that comes for an app the cell was already watching is a change that concerns the cell, and its receipt
 * names it; one read because a container was started is not.
 */
export class Knowledge {
  readonly apps = new Map<string, AppDocument>();
  readonly leases = new Map<string, LeaseDocument>();
  private readonly held = new Map<string, Container>();
  private readonly settledApps = new Set<string>();
  private leasesAreSettled = false;
  private arrived: number[] = [];
  /** While the cell is cut off: the change up to which it still holds everything that concerns it. */
  private completeUpTo: number | undefined;

  constructor(readonly cell: string) {}

  appChanged(document: AppDocument): void {
    this.apps.set(document.app, document);
    if (this.settledApps.has(document.app)) this.arrived.push(document.rev);
  }

  leaseChanged(document: LeaseDocument): void {
    this.leases.set(document.cell, document);
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

  /**
   * The line to the control plane was cut, so that documents may be old without anyone saying so. A newer one says
   * nothing of the others then: until {@link caughtUp} there is no news that a receipt could vouch for.
   */
  cutOff(): void {
    this.completeUpTo = this.newest;
  }

  /** Everything has been read again: what is held is the newest. */
  caughtUp(): void {
    this.completeUpTo = undefined;
  }

  forgetApp(app: string): void {
    this.apps.delete(app);
    this.settledApps.delete(app);
  }

  addContainer(added: Container): void {
    this.held.set(added.handle, added);
  }

  removeContainer(handle: string): void {
    this.held.delete(handle);
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

  /** The newest change up to which everything that concerns the cell is held, 0 without any. */
  get newest(): number {
    if (this.completeUpTo !== undefined) return this.completeUpTo;
    return [...this.apps.values(), ...this.leases.values()].reduce((newest, { rev }) => Math.max(newest, rev), 0);
  }

  /** What the kernel state follows from. */
  snapshot(): CellKnowledge {
    return { cell: this.cell, containers: [...this.held.values()], apps: this.apps, leases: this.leases };
  }

  /** The changes that have arrived since the last call, ascending; none while the cell is cut off. */
  takeArrived(): number[] {
    if (this.completeUpTo !== undefined) return [];
    const arrived = [...new Set(this.arrived)].sort((a, b) => a - b);
    this.arrived = [];
    return arrived;
  }

  /** Puts back changes that could not be put in force yet. */
  putBack(changes: readonly number[]): void {
    this.arrived.push(...changes);
  }
}
