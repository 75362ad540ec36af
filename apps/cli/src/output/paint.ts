import type { Environment } from '@heddle/platform/config';
import type { Sink } from '../io';

/** What a colour is to say. */
export type Tone = 'good' | 'bad' | 'uncertain' | 'faint';

/** Gives text a tone. */
export type Paint = (tone: Tone, text: string) => string;

/** Parameters of the ANSI sequence "select graphic rendition". */
const RENDITIONS: Record<Tone, number> = { good: 32, bad: 31, uncertain: 33, faint: 2 };

/** Paints with the colours every terminal has. */
export const inColour: Paint = (tone, text) => `\x1b[${RENDITIONS[tone]}m${text}\x1b[0m`;

/** Leaves text as it is. */
export const withoutColour: Paint = (_tone, text) => text;

/** Whether colour is wanted there: on a terminal that knows it, unless `NO_COLOR` (no-color.org) says otherwise. */
export function isColourWanted({ isTTY = false }: Sink, { NO_COLOR, TERM }: Environment): boolean {
  return isTTY && !NO_COLOR && TERM !== 'dumb';
}
