import type { KeptReports } from '@heddle/cell-protocol';
import type { ReplayWindow } from './replay-window';

/**
 * A place in a replay: what of a window was told, and so what is left of it. Both ends of what is left are in it, so that it means the same
 * whenever somebody goes on from there, also where the window was named by a span or ends with the present.
 */
export interface ReplayPlace {
  /** The last change that was told, and the last one of the window. */
  readonly change: number;
  readonly lastChange: number;
  /** Position of the last report that was told, 0 before the first; and of the last one that the window can have in it. */
  readonly report: number;
  readonly lastReport: number;
  /** The reports of the window were stored from here to there; epoch milliseconds. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** When the last of what was told happened; `null` before the first. */
  readonly atMs: number | null;
  /** Whether it is still to be told where the last change is in force, see {@link replayEvents}. */
  readonly owesEnforcement: boolean;
}

/** The place before everything in a window that is asked for now. */
export function beginningOf({ first, last, sinceMs, untilMs }: ReplayWindow, kept: KeptReports | null): ReplayPlace {
  const changes = { change: first - 1, lastChange: last };
  // What is stored from now on does not belong to it, whatever the clocks say.
  const reports = { report: 0, lastReport: kept?.last ?? 0 };
  return { ...changes, ...reports, sinceMs, untilMs, atMs: null, owesEnforcement: false };
}

const [INTEGER, MS] = [String.raw`(\d{1,15})`, String.raw`(\d{1,14}(?:\.\d{1,9})?)`];
const PLACE = new RegExp(`^${[INTEGER, INTEGER, INTEGER, INTEGER, MS, MS, MS].join('-')}(e?)$`);

/** A place as the `id:` of an event: opaque to clients. */
export function writePlace(place: ReplayPlace): string {
  const { change, lastChange, report, lastReport, sinceMs, untilMs, atMs, owesEnforcement } = place;
  const numbers = [change, lastChange, report, lastReport, sinceMs, untilMs, atMs ?? 0];
  return `${numbers.join('-')}${owesEnforcement ? 'e' : ''}`;
}

/** The place that an id names, or `undefined` when it is not one of ours. */
export function readPlace(id: string): ReplayPlace | undefined {
  const found = PLACE.exec(id);
  if (!found) return undefined;
  const [change = 0, lastChange = 0, report = 0, lastReport = 0, sinceMs = 0, untilMs = 0, atMs = 0] = found
    .slice(1, 8)
    .map(Number);
  const isOwed = { atMs: atMs === 0 ? null : atMs, owesEnforcement: found[8] === 'e' };
  return { change, lastChange, report, lastReport, sinceMs, untilMs, ...isOwed };
}
