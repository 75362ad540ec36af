import { JsonCursor, type JsonKind } from './json-cursor';

/**
 * One JSON text on its way to become values. As in Go, a value of the wrong kind is passed over and the rest read all the same,
 * so that a text that is no JSON at all is told first, wherever its fault lies.
 */
export class Decoding {
  readonly json: JsonCursor;
  private readonly path: string[] = [];
  private struct = '';
  private first: string | undefined;

  constructor(bytes: Buffer) {
    this.json = new JsonCursor(bytes);
  }

  /** The first value of the wrong kind, in Go's words; `undefined` when there was none. */
  get mismatched(): string | undefined {
    return this.first;
  }

  /** Whether a value of this kind comes next. If not, it is passed over: silently when it is `null`, else noted. */
  expects(kind: JsonKind, type: string): boolean {
    const found = this.json.kind();
    if (found === kind) return true;
    if (found !== 'null') this.mismatch(found, type);
    this.json.skip();
    return false;
  }

  /** Notes that `found` cannot become the Go type. */
  mismatch(found: string, type: string): void {
    const member =
      this.path.length > 0 ? `struct field ${this.struct}.${this.path.join('.')} of type` : 'value of type';
    this.first ??= `json: cannot unmarshal ${found} into Go ${member} ${type}`;
  }

  /** Goes to a member of a Go struct; {@link leave} goes back. @returns the struct it was in. */
  visit(struct: string, member: string): string {
    const outer = this.struct;
    this.struct = struct;
    this.path.push(member);
    return outer;
  }

  /** Goes back to where {@link visit} came from. */
  leave(outer: string): void {
    this.struct = outer;
    this.path.pop();
  }
}
