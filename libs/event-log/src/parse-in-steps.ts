/** So many bytes are read at once: some 1 ms. */
const PIECE = 64 * 1024;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BEGIN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const END_ARRAY = 0x5d;
const BEGIN_OBJECT = 0x7b;
const END_OBJECT = 0x7d;

/**
 * What `JSON.parse` makes of a text without white space, with pauses: lists are read in pieces, wherever objects alone lead to
 * them. Only the borders of the pieces are looked for here; what is in them, `JSON.parse` reads, and is as strict as ever.
 * @throws {SyntaxError} when it is no such text; {TypeError} when it is no UTF-8.
 */
export function* parseInSteps(bytes: Uint8Array): Generator<void, unknown> {
  const reading = new Reading(bytes);
  const value = yield* reading.value();
  if (reading.at !== bytes.length) throw reading.fault();
  return value;
}

class Reading {
  private readonly utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  *value(): Generator<void, unknown> {
    switch (this.bytes[this.at]) {
      case BEGIN_OBJECT:
        return yield* this.object();
      case BEGIN_ARRAY:
        return yield* this.list();
      default:
        return this.whole();
    }
  }

  fault(): SyntaxError {
    return new SyntaxError(`unexpected byte at ${this.at}`);
  }

  private *object(): Generator<void, unknown> {
    const members: [string, unknown][] = [];
    this.at++;
    if (this.passes(END_OBJECT)) return {};
    for (;;) {
      const name = this.whole() as string;
      if (!this.passes(COLON)) throw this.fault();
      members.push([name, yield* this.value()]);
      if (this.passes(END_OBJECT)) return Object.fromEntries(members);
      if (!this.passes(COMMA)) throw this.fault();
    }
  }

  private *list(): Generator<void, unknown> {
    const items: unknown[] = [];
    this.at++;
    if (this.passes(END_ARRAY)) return items;
    for (let from = this.at; ;) {
      this.at = this.endOf(this.at);
      const isLast = this.bytes[this.at] === END_ARRAY;
      if (isLast || this.at - from >= PIECE) {
        for (const item of JSON.parse(`[${this.text(from, this.at)}]`) as unknown[]) items.push(item);
        yield;
        from = this.at + 1;
      }
      if (isLast) break;
      if (!this.passes(COMMA)) throw this.fault();
    }
    this.at++;
    return items;
  }

  /** A value that is read at once. */
  private whole(): unknown {
    const from = this.at;
    this.at = this.endOf(from);
    return JSON.parse(this.text(from, this.at));
  }

  /** Where the value that begins here ends, if it is one. */
  private endOf(from: number): number {
    const { bytes } = this;
    let depth = 0;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) at = this.endOfString(at);
      else if (byte === BEGIN_OBJECT || byte === BEGIN_ARRAY) depth++;
      else if (byte === COMMA || byte === COLON || byte === END_OBJECT || byte === END_ARRAY) {
        if (depth === 0) return at;
        if (byte === END_OBJECT || byte === END_ARRAY) depth--;
      }
    }
    return bytes.length;
  }

  /** The place of the quote that ends the string which begins here. */
  private endOfString(from: number): number {
    const { bytes } = this;
    let at = from + 1;
    for (; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
    return at;
  }

  private passes(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  private text(from: number, to: number): string {
    return this.utf8.decode(this.bytes.subarray(from, to));
  }
}
