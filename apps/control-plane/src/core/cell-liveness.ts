import { SILENT_AFTER_MS } from '@heddle/cell-protocol';

/** When each cell was last heard of; kept in memory, since a beat is worth nothing once the next one has come. */
export class CellLiveness {
  private readonly lastHeardMs = new Map<string, number>();

  /** A sign of life from a cell. */
  heard(cell: string): void {
    this.lastHeardMs.set(cell, Date.now());
  }

  /** When the cell was last heard of, in epoch milliseconds; `null` if never since this process started. */
  lastSeenMs(cell: string): number | null {
    return this.lastHeardMs.get(cell) ?? null;
  }

  /** Whether the cell has given a sign of life within {@link SILENT_AFTER_MS}. */
  isLive(cell: string): boolean {
    const heardMs = this.lastHeardMs.get(cell);
    return heardMs !== undefined && Date.now() - heardMs <= SILENT_AFTER_MS;
  }

  /** Forgets a cell whose lease has ended. */
  forget(cell: string): void {
    this.lastHeardMs.delete(cell);
  }
}
