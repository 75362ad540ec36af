import { decodeUtf8 } from './decode-utf8';
import { endsTooEarly, invalidByte } from './syntax-error';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** What stands behind a backslash, and what it means; `\u` is read apart. */
const ESCAPES: Readonly<Record<number, string>> = {
  [QUOTE]: '"',
  [BACKSLASH]: '\\',
  0x2f: '/',
  0x62: '\b',
  0x66: '\f',
  0x6e: '\n',
  0x72: '\r',
  0x74: '\t',
};
const LONE_SURROGATE = /[\ud800-\udfff]/gu;

/** Where a string ends, and what its bytes need to become text. */
export interface StringSpan {
  /** The place of the closing quote. */
  readonly end: number;
  readonly isAscii: boolean;
  readonly hasEscapes: boolean;
}

/**
 * Looks through a string without making it.
 * @param start the place behind the opening quote.
 * @throws {JsonSyntaxError} when it holds a control character or a wrong escape, or does not end.
 */
export function scanString(bytes: Buffer, start: number): StringSpan {
  let seen = 0;
  let hasEscapes = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return { end: at, isAscii: seen < 0x80, hasEscapes };
    if (byte < 0x20) throw invalidByte(byte, 'in string literal');
    seen |= byte;
    if (byte !== BACKSLASH) continue;
    hasEscapes = true;
    at = lastOfEscape(bytes, at);
  }
  throw endsTooEarly();
}

/** The text of a string that was looked through. */
export function textOf(bytes: Buffer, start: number, { end, isAscii, hasEscapes }: StringSpan): string {
  if (hasEscapes) return unescaped(bytes, start, end);
  return isAscii ? bytes.toString('latin1', start, end) : decodeUtf8(bytes.subarray(start, end));
}

/** Checks an escape, and gives the place of its last byte. */
function lastOfEscape(bytes: Buffer, backslash: number): number {
  const letter = bytes[backslash + 1];
  if (letter === undefined) throw endsTooEarly();
  if (letter !== LETTER_U) {
    if (ESCAPES[letter] === undefined) throw invalidByte(letter, 'in string escape code');
    return backslash + 1;
  }
  for (let at = backslash + 2; at < backslash + 6; at++) {
    const digit = bytes[at];
    if (digit === undefined) throw endsTooEarly();
    if (!isHexDigit(digit)) throw invalidByte(digit, 'in \\u hexadecimal character escape');
  }
  return backslash + 5;
}

function unescaped(bytes: Buffer, start: number, end: number): string {
  const parts: string[] = [];
  let plainFrom = start;
  for (let at = bytes.indexOf(BACKSLASH, start); at !== -1 && at < end; at = bytes.indexOf(BACKSLASH, plainFrom)) {
    if (at > plainFrom) parts.push(decodeUtf8(bytes.subarray(plainFrom, at)));
    const letter = bytes[at + 1] as number;
    parts.push(ESCAPES[letter] ?? String.fromCharCode(parseInt(bytes.toString('latin1', at + 2, at + 6), 16)));
    plainFrom = at + (letter === LETTER_U ? 6 : 2);
  }
  parts.push(decodeUtf8(bytes.subarray(plainFrom, end)));
  // Half a pair is no character: Go puts U+FFFD in its place.
  return parts.join('').replace(LONE_SURROGATE, '\ufffd');
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
