import type { Io } from '../io';
import { inColour, isColourWanted, type Paint, withoutColour } from './paint';

/** How wide text is that goes to no terminal, in characters. */
export const PAGE_WIDTH = 100;

/** What text is written on. */
export interface Page {
  /** In characters. */
  readonly width: number;
  readonly paint: Paint;
  readonly now: Date;
  /** IANA name; left out, the zone of the machine. */
  readonly timeZone?: string;
}

/** The page that stdout is at this moment. */
export function pageOf({ stdout, env, now, timeZone }: Io): Page {
  return {
    width: stdout.columns ?? PAGE_WIDTH,
    paint: isColourWanted(stdout, env) ? inColour : withoutColour,
    now: now(),
    timeZone,
  };
}
