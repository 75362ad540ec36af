import type { SpanPage, SpanPlace } from '../past/past-queries';

/** What a cell said it holds, and when; or that it holds nothing any more, since it has left. */
export interface PlacementReport {
  readonly cell: string;
  /** Of the report in the stream of reports; of a cell that has left, of the newest one before. */
  readonly position: number;
  /** When it was stored, or the cell left, in ms since 1970. */
  readonly atMs: number;
  readonly holds: {
    readonly containers: readonly HeldContainer[];
    /** By which settings its rules are made, as it said them. */
    readonly settings?: unknown;
  } | null;
}

/** A container, with whatever else its cell said of it. */
export interface HeldContainer {
  readonly handle: string;
  readonly app: string | null;
}

/** A container where it was, and where it stands in lists. */
export interface PlacedSpan<Container extends HeldContainer> extends SpanPlace {
  readonly cell: string;
  readonly container: Container;
  readonly fromMs: number;
  /** `null` while it is there. */
  readonly untilMs: number | null;
}

/** Which placements are wanted; everything given must hold. */
export interface PlacementFilter {
  readonly cell?: string;
  readonly app?: string;
}

/** A cell that had said what it holds. */
export interface CellSpan<Settings> {
  readonly cell: string;
  readonly fromMs: number;
  readonly untilMs: number | null;
  /** `null` where it said nothing of them. */
  readonly settings: Settings | null;
}

/** Which containers were where, as far as the cells said. */
export interface PlacementQueries {
  /** Those of a time, in the order in which they were told. */
  placementsAt<Container extends HeldContainer>(
    ms: number,
    filter: PlacementFilter,
    page: SpanPage,
  ): Promise<PlacedSpan<Container>[]>;
  /** The cells that had said what they hold, by name; or one of them. */
  cellsHeardBy<Settings>(ms: number, cell?: string): Promise<CellSpan<Settings>[]>;
  /** The earliest time of which anything is known; `null` while nothing is. */
  placementsKnownSince(): Promise<number | null>;
}
