import { Pace } from '../lifecycle';

/** Bytes in portions of some 64 KiB, so that nothing has to be done to all of them at once. */
export type Portions = readonly Uint8Array[];

/** Whether a value is bytes in portions. */
export function isPortions(value: unknown): value is Portions {
  return Array.isArray(value) && value[0] instanceof Uint8Array;
}

/** So many characters are encoded at once. */
const PORTION = 64 * 1024;

/** A text that comes in pieces, encoded; it pauses after each portion, so a short one comes at once. */
export function* encodeInSteps(pieces: Iterable<string>): Generator<void, Buffer[], void> {
  const portions: Buffer[] = [];
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < PORTION) continue;
    portions.push(Buffer.from(text));
    text = '';
    yield;
  }
  if (text !== '') portions.push(Buffer.from(text));
  return portions;
}

/** All of the bytes in one piece: memory that was never used is slow to write, 10 MB of it some 50 ms. */
export async function joinInTurns(portions: Portions): Promise<Buffer> {
  const [only] = portions;
  if (only && portions.length === 1) return Buffer.from(only.buffer, only.byteOffset, only.byteLength);
  const joined = Buffer.allocUnsafe(portions.reduce((sum, { length }) => sum + length, 0));
  const pace = new Pace();
  let at = 0;
  for (const portion of portions) {
    joined.set(portion, at);
    at += portion.length;
    await pace.rest();
  }
  return joined;
}
