import { isUtf8 } from 'node:buffer';

const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;

/**
 * Bytes as text, as Go reads them: each byte that belongs to no valid sequence becomes a U+FFFD of its own. Node (and the
 * web's standard) makes one of a whole sequence that was cut off.
 */
export function decodeUtf8(bytes: Buffer): string {
  return (isUtf8(bytes) ? bytes : withReplacements(bytes)).toString('utf8');
}

function withReplacements(bytes: Buffer): Buffer {
  const valid = Buffer.allocUnsafe(bytes.length * REPLACEMENT.length);
  let written = 0;
  for (let at = 0; at < bytes.length;) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      for (const byte of REPLACEMENT) valid[written++] = byte;
      at++;
      continue;
    }
    for (const end = at + length; at < end; at++) valid[written++] = bytes[at] as number;
  }
  return valid.subarray(0, written);
}

/** How many bytes the character at a place has; 0 when there is no valid one. The ranges are those of Unicode's table 3-7. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (!isWithin(bytes[at + 1], lowest, highest)) return 0;
  for (let next = at + 2; next < at + length; next++) if (!isWithin(bytes[next], 0x80, 0xbf)) return 0;
  return length;
}

function isWithin(byte: number | undefined, lowest: number, highest: number): boolean {
  return byte !== undefined && byte >= lowest && byte <= highest;
}
