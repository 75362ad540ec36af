/** A text that is no JSON, in the words of Go's `encoding/json`. */
export class JsonSyntaxError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'JsonSyntaxError';
  }
}

/** The text ends where something is missing. */
export function endsTooEarly(): JsonSyntaxError {
  return new JsonSyntaxError('unexpected end of JSON input');
}

/** A byte stands where it may not; `where` completes the sentence: `looking for beginning of value`. */
export function invalidByte(byte: number, where: string): JsonSyntaxError {
  return new JsonSyntaxError(`invalid character ${quoted(byte)} ${where}`);
}

const NAMED: Readonly<Record<number, string>> = {
  0x07: '\\a',
  0x08: '\\b',
  0x09: '\\t',
  0x0a: '\\n',
  0x0b: '\\v',
  0x0c: '\\f',
  0x0d: '\\r',
  0x22: '"',
  0x27: "\\'",
  0x5c: '\\\\',
};

/** A byte as Go quotes it: taken for a character of Latin-1, escaped where that is not printable. */
function quoted(byte: number): string {
  const hex = byte.toString(16);
  if (byte < 0x20 || byte === 0x7f) return `'${NAMED[byte] ?? `\\x${hex.padStart(2, '0')}`}'`;
  const isPrintable = byte < 0x7f || (byte > 0xa0 && byte !== 0xad);
  return `'${NAMED[byte] ?? (isPrintable ? String.fromCharCode(byte) : `\\u00${hex}`)}'`;
}
