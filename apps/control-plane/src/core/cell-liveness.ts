import { SILENT_AFTER_MS, type CellAlarm } from '@heddle/cell-protocol';

/** When each cell was last heard of; kept in memory, since a beat is worth nothing once the next one has come. */
export class CellLiveness {
  private readonly lastHeardMs = new Map<string, number>();
  private readonly alarms = new Map<string, readonly CellAlarm[]>();

  /** A sign of life from a cell. */
  heard(cell: string): void {
    this.lastHeardMs.set(cell, Date.now());
  }

  /** A cell said what is wrong with it; nothing is a word, too. */
  said(cell: string, alarms: readonly CellAlarm[]): void {
    if (alarms.length > 0) this.alarms.set(cell, alarms);
    else this.alarms.delete(cell);
  }

  /** What the cell said last that is wrong with it. */
  alarmsOf(cell: string): readonly CellAlarm[] {
    return this.alarms.get(cell) ?? [];
  }

  /** The cells with which something is wrong; a cell that lost its lease is in no other list. */
  get alarmed(): readonly string[] {
    return [...this.alarms.keys()];
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
