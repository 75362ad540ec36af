import type { EnforcedStretch, Lease, LeasesFollowed, PlacedContainer, Policy, SecurityGroup } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import type { PastQueries } from './past/past-queries';
import type { PlacementQueries, PlacementReport } from './placements/placement-records';
import type { TypedTag } from './policy-filter';

export type { PolicyFilter, TypedTag } from './policy-filter';

/** The current policy set and the tags of its apps. */
export interface PolicyQueries {
  /** All of them, in the order they were added. */
  listPolicies(): Promise<Policy[]>;
  /** Every tag in use, ascending. */
  listTags(): Promise<TypedTag[]>;
}

/** A security group and its place in lists, which it keeps while it is there. */
export interface StandingGroup extends Omit<SecurityGroup, 'problems'> {
  readonly place: number;
}

/** Which security groups are wanted. */
export interface GroupFilter {
  /** The defaults, and those bound to any of these spaces. */
  readonly spaces: readonly string[];
  /** The lowest place wanted. */
  readonly fromPlace?: number;
  /** At most this many, from 1. */
  readonly limit?: number;
}

/** The security groups. */
export interface GroupQueries {
  /** Those that hold in some spaces, by place. */
  groupsFor(filter: GroupFilter): Promise<StandingGroup[]>;
  /** All of them, by place. */
  listGroups(): Promise<StandingGroup[]>;
}

/** A lease, and the change that gave it. */
export interface StandingLease extends Lease {
  readonly sinceSeq: number;
}

/** The leases that stand. */
export interface LeaseQueries {
  /** Every lease, the oldest first. */
  listLeases(): Promise<StandingLease[]>;
}

/** One committed change, exactly as it stands in the log. */
export type Change = LoggedEvent;

/** Which changes are wanted; everything given must hold. */
export interface ChangeFilter {
  /** Policy changes in which the app is source or destination. */
  readonly app?: string;
  /** Lease changes alone; of one cell, or of one subnet, where they are named. */
  readonly lease?: { readonly cell?: string; readonly subnet?: string };
  /** The name of the one who asked. */
  readonly actor?: string;
  /** What ties together everything done for one request. */
  readonly correlationId?: string;
  /** Its type, with its version or without: small letters, hyphens and the dot before the version. */
  readonly type?: string;
  /** The reason has this text in it, in capitals or not; the databases agree on that for ASCII alone. */
  readonly reason?: string;
  /** Commands taken at this time or later, in ms since 1970. */
  readonly sinceMs?: number;
  /** Commands taken before this time, in ms since 1970. */
  readonly untilMs?: number;
  /** Changes before this one. */
  readonly beforeSeq?: number;
  /** This change and those behind it. */
  readonly fromSeq?: number;
  /** At most this many, from 1. */
  readonly limit: number;
}

/** The second copy of every event. */
export interface ChangeQueries {
  /** The newest first. */
  listChanges(filter: ChangeFilter): Promise<Change[]>;
  /** One change, `undefined` when the projection does not hold it. */
  change(seq: number): Promise<Change | undefined>;
}

/** What a cell last said of itself. */
export interface CellRow {
  readonly cell: string;
  readonly containers: readonly PlacedContainer[];
  /** Whether its receipts name documents of spaces. */
  readonly namesSpaces?: boolean;
  /** The cell enforces everything that concerns it up to this change. */
  readonly enforcedUpTo: number;
  /** When its newest receipt was received, in ms since 1970; `null` before the first. */
  readonly lastReceiptAtMs: number | null;
  /** How far it has followed the leases of others; absent while it holds none. */
  readonly leases?: LeasesFollowed;
}

/** How far one change is enforced. */
export interface EnforcementRow {
  /** The change. */
  readonly seq: number;
  /** When it was committed, in ms since 1970. */
  readonly committedAtMs: number;
  /** Whether every cell concerned enforces it. */
  readonly inForce: boolean;
  /** The cells concerned, with the time each enforced it, in ms since 1970, or `null` while it does not. */
  readonly cells: Readonly<Record<string, number | null>>;
  /** How many flows ended with it on the cells where some did, or `null` where nobody could count them. */
  readonly flowsCut?: Readonly<Record<string, number | null>>;
  /** Of a change of a lease, whose that is, and which was the newest when the last cell came past it. */
  readonly lease?: { readonly cell: string; readonly passedBy?: number };
}

/** What the cells reported, written together with the place up to which the reports were read. */
export interface Reports {
  readonly cursorName: string;
  /** Where the cursor must stand, 0 for one that was never moved. */
  readonly expectedPosition: number;
  readonly position: number;
  /** Each replaces what was known of the cell. */
  readonly cells: readonly CellRow[];
  /** Each replaces what was known of the change. */
  readonly enforcements: readonly EnforcementRow[];
  /** Added to those that are there; one that is there already stays. */
  readonly stretches?: readonly EnforcedStretch[];
  /** What cells said they hold, in order. */
  readonly placements?: readonly PlacementReport[];
  /** What ended before this is forgotten, a part at a time; in ms since 1970. */
  readonly forgetBeforeMs?: number;
}

/** What is known of cells and of how far changes are enforced. */
export interface EnforcementRecords {
  /**
   * Writes reports and cursor in one transaction.
   * @throws {CursorMoved} when the cursor is elsewhere. Nothing was written.
   */
  saveReports(reports: Reports): Promise<void>;
  /** Every cell that was ever heard of, by name. */
  loadCells(): Promise<CellRow[]>;
  /** The oldest changes that are not in force. `cells` has no prototype: any name is safe to look up. */
  loadPendingEnforcements(limit: number): Promise<EnforcementRow[]>;
  /** The newest change of which anything was saved, 0 when nothing was. */
  lastEnforcementSeq(): Promise<number>;
  /** Those of some changes, the oldest first. `cells` has no prototype: any name is safe to look up. */
  enforcementsFrom(range: {
    readonly from: number;
    readonly to: number;
    readonly limit: number;
  }): Promise<EnforcementRow[]>;
  /** One change's, `undefined` when nothing was saved. `cells` has no prototype: any name is safe to look up. */
  enforcement(seq: number): Promise<EnforcementRow | undefined>;
  /**
   * The stretches in which a change of a lease lies; of some cells there may be two.
   * @param passedBy where it is known, so that no newer ones have to be looked through
   */
  stretchesOver(seq: number, passedBy?: number): Promise<EnforcedStretch[]>;
}

/** Folds the log into the tables. Any number of them, in any number of processes, may work on one database. */
export interface LogProjector {
  /**
   * Writes a batch and the cursor in one transaction; events the tables hold already are passed over.
   * The batch is in order and without gaps; applied again after a failure it does no harm.
   * @param passedOver sequences of events that are kept, and from which nothing follows
   * @returns the sequence up to which the tables now hold the log; another process may have taken it beyond the batch.
   * @throws {LogGap} when an event is missing between the tables and the batch, or within it.
   * @throws {UnreadableEvent} when an event's data is not what its type says.
   */
  apply(events: readonly LoggedEvent[], passedOver?: ReadonlySet<number>): Promise<number>;
}

/** Rows by their number, and the keys of the first ten. */
export interface RowsFound {
  readonly count: number;
  readonly keys: readonly string[];
}

/** How a table differs from what the log makes of it. */
export interface TableComparison {
  readonly table: string;
  readonly missing: RowsFound;
  readonly extra: RowsFound;
  readonly different: RowsFound;
}

/** How the tables of the log differ from what the log makes of them. */
export interface Comparison {
  /** The change up to which both hold the log. */
  readonly position: number;
  readonly isEqual: boolean;
  readonly tables: readonly TableComparison[];
}

/** New tables beside those in use, to be filled from the log, compared, and put in their place: by these methods, in this order. */
export interface Rebuild {
  /**
   * Takes the next event, from the first of the log on; waits where writing does not keep up. Nothing can be read before the end.
   * @param isPassedOver whether nothing follows from it, and it is only kept
   * @throws {LogGap} when one is missing; {@link UnreadableEvent} when its data is not what its type says.
   */
  take(event: LoggedEvent, isPassedOver?: boolean): Promise<void>;
  /** Ends the filling. */
  complete(): Promise<void>;
  /** Folds into the new tables what the log has grown by since. */
  projector(): LogProjector;
  /**
   * Compares all that changes up to where the new tables are have made, while everybody goes on reading and writing those in use; what
   * is left to compare is little. Those in use have to be as far at least.
   * @throws the reason of the signal when it was aborted.
   */
  compareAhead(signal: AbortSignal): Promise<void>;
  /**
   * Stops the tables in use where they are, lets the new ones catch up, and compares; then puts new ones in the place of
   * those that differ, if wanted. All of it in one transaction: readers see the old tables until its end, and the new ones then.
   */
  finish(how: { catchUp(position: number): Promise<void>; isSwapped: boolean }): Promise<Comparison>;
  /** Takes away what is left of the new tables. */
  close(): Promise<void>;
}

/**
 * The SQL projection of the log.
 *
 * Every method may throw {@link ReadModelUnavailable}: the database went away or has no room; the same call can be tried again.
 */
export interface ReadModel
  extends PolicyQueries, LeaseQueries, GroupQueries, ChangeQueries, EnforcementRecords, PlacementQueries, PastQueries {
  /** What folds the log into these tables, under the cursor {@link LOG_CURSOR}. */
  projector(): LogProjector;
  /**
   * Begins to make the tables of the log anew; one at a time on one database. What cells reported stays as it is.
   * @throws {RebuildRunning} while another does, in whatever process.
   */
  beginRebuild(): Promise<Rebuild>;
  /** Where a cursor stands, 0 for one that was never moved. */
  cursor(name: string): Promise<number>;
  /** Lets what is under way come to its end, then closes the connections. */
  close(): Promise<void>;
}

/** The cursor of the log's projection: the tables hold every event up to its position. */
export const LOG_CURSOR = 'log';

/** Which database holds the read model: PostgreSQL when its URL is given, else SQLite in a file. */
export interface ReadModelOptions {
  /** `postgres://user:password@host:port/database` */
  readonly databaseUrl?: string;
  /** Path of the database file; it and its directory are made when they are not there. */
  readonly sqliteFile?: string;
  /** Gives up opening. */
  readonly signal?: AbortSignal;
}
