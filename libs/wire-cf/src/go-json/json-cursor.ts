import { scanString, textOf } from './json-string';
import { endsTooEarly, invalidByte } from './syntax-error';

/** What a value is, in Go's words. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'bool' | 'null';

/** Go reads no deeper than this. */
export const DEEPEST = 10_000;

const BEGIN_OBJECT = 0x7b;
const END_OBJECT = 0x7d;
const BEGIN_ARRAY = 0x5b;
const END_ARRAY = 0x5d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const WORDS: Readonly<Partial<Record<number, string>>> = { 0x74: 'true', 0x66: 'false', 0x6e: 'null' };

/**
 * A place in a JSON text, which only moves forward. Every method that moves throws {@link JsonSyntaxError} at the first byte
 * that cannot stand where it stands, in the words of Go's `encoding/json`. The time is linear in the text, and nothing
 * recurses, so no nesting is deep enough to run out of stack.
 */
export class JsonCursor {
  private at = 0;
  private depth = 0;

  constructor(private readonly bytes: Buffer) {}

  /** What begins here, after white space. Nothing is read. */
  kind(): JsonKind {
    const byte = this.significant();
    switch (byte) {
      case BEGIN_OBJECT:
        return 'object';
      case BEGIN_ARRAY:
        return 'array';
      case QUOTE:
        return 'string';
      case 0x74:
      case 0x66:
        return 'bool';
      case 0x6e:
        return 'null';
      default:
        if (byte === MINUS || isDigit(byte)) return 'number';
        throw this.unexpected('looking for beginning of value');
    }
  }

  /** Reads a string. */
  string(): string {
    const start = this.at + 1;
    const span = scanString(this.bytes, start);
    this.at = span.end + 1;
    return textOf(this.bytes, start, span);
  }

  /** Reads a number, as it is written. */
  number(): string {
    const start = this.at;
    this.passNumber();
    return this.bytes.toString('latin1', start, this.at);
  }

  /** Enters the object or array that begins here. */
  enter(): void {
    const byte = this.bytes[this.at++] as number;
    if (++this.depth > DEEPEST) throw invalidByte(byte, 'exceeded max depth');
  }

  /** The name of an object's next member, whose value comes next; `undefined` behind the last, outside the object. */
  nextName(isFirst: boolean): string | undefined {
    if (!this.isInObject(isFirst)) return undefined;
    const name = this.string();
    this.passColon();
    return name;
  }

  /** Whether an array has one more element, which comes next; if not, the place is outside the array. */
  hasNext(isFirst: boolean): boolean {
    const byte = this.significant();
    if (byte === END_ARRAY) return this.left();
    if (isFirst) return true;
    if (byte !== COMMA) throw this.unexpected('after array element');
    this.at++;
    return true;
  }

  /** Passes over a value of any kind. */
  skip(): void {
    // The open containers of the value: for each, whether it is an object.
    const open: boolean[] = [];
    do {
      let isFirst = false;
      const kind = this.kind();
      if (kind === 'object' || kind === 'array') {
        this.enter();
        open.push(kind === 'object');
        isFirst = true;
      } else this.passScalar(kind);
      while (open.length > 0 && !this.entersNext(open[open.length - 1] as boolean, isFirst)) {
        open.pop();
        isFirst = false;
      }
    } while (open.length > 0);
  }

  /** Makes sure that nothing but white space follows. */
  end(): void {
    if (this.significant() !== undefined) throw this.unexpected('after top-level value');
  }

  private entersNext(isObject: boolean, isFirst: boolean): boolean {
    if (!isObject) return this.hasNext(isFirst);
    if (!this.isInObject(isFirst)) return false;
    this.at = scanString(this.bytes, this.at + 1).end + 1;
    this.passColon();
    return true;
  }

  /** Stands at a member's name afterwards, or outside the object. */
  private isInObject(isFirst: boolean): boolean {
    let byte = this.significant();
    if (byte === END_OBJECT) return this.left();
    if (!isFirst) {
      if (byte !== COMMA) throw this.unexpected('after object key:value pair');
      this.at++;
      byte = this.significant();
    }
    if (byte !== QUOTE) throw this.unexpected('looking for beginning of object key string');
    return true;
  }

  private left(): false {
    this.at++;
    this.depth--;
    return false;
  }

  private passColon(): void {
    if (this.significant() !== COLON) throw this.unexpected('after object key');
    this.at++;
  }

  private passScalar(kind: JsonKind): void {
    if (kind === 'string') this.at = scanString(this.bytes, this.at + 1).end + 1;
    else if (kind === 'number') this.passNumber();
    else this.passWord();
  }

  private passWord(): void {
    const word = WORDS[this.bytes[this.at] as number] as string;
    for (let i = 1; i < word.length; i++) {
      this.at++;
      if (this.bytes[this.at] !== word.charCodeAt(i))
        throw this.unexpected(`in literal ${word} (expecting '${word.charAt(i)}')`);
    }
    this.at++;
  }

  private passNumber(): void {
    if (this.bytes[this.at] === MINUS) this.at++;
    if (this.bytes[this.at] === 0x30) this.at++;
    else this.passDigits('in numeric literal');
    if (this.bytes[this.at] === 0x2e) {
      this.at++;
      this.passDigits('after decimal point in numeric literal');
    }
    if (this.bytes[this.at] === 0x65 || this.bytes[this.at] === 0x45) {
      this.at++;
      if (this.bytes[this.at] === 0x2b || this.bytes[this.at] === MINUS) this.at++;
      this.passDigits('in exponent of numeric literal');
    }
  }

  private passDigits(where: string): void {
    if (!isDigit(this.bytes[this.at])) throw this.unexpected(where);
    while (isDigit(this.bytes[this.at])) this.at++;
  }

  /** The next byte that is no white space, `undefined` at the end. */
  private significant(): number | undefined {
    for (; ; this.at++) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
    }
  }

  private unexpected(where: string): Error {
    const byte = this.bytes[this.at];
    return byte === undefined ? endsTooEarly() : invalidByte(byte, where);
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}
