/** A line of some bytes, and whether it ended as lines do: the last one of a file that was cut off did not. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly isEnded: boolean;
}

/** A line is longer than any that Heddle writes. */
export class LineTooLong extends Error {
  constructor(bytes: number) {
    super(`a line has more than ${bytes} bytes`);
    this.name = 'LineTooLong';
  }
}

const LINE_FEED = 0x0a;

/** The lines of what comes in portions. @throws {LineTooLong} before more than that is in memory. */
export async function* linesIn(portions: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Line> {
  let held: Uint8Array[] = [];
  let size = 0;
  const take = (bytes: Uint8Array): void => {
    held.push(bytes);
    size += bytes.length;
    if (size > mostBytes) throw new LineTooLong(mostBytes);
  };
  const line = (): Uint8Array => {
    const [only] = held;
    const bytes = only && held.length === 1 ? only : Buffer.concat(held);
    [held, size] = [[], 0];
    return bytes;
  };
  for await (const portion of portions) {
    let from = 0;
    for (let end = portion.indexOf(LINE_FEED); end >= 0; end = portion.indexOf(LINE_FEED, from)) {
      take(portion.subarray(from, end));
      yield { bytes: line(), isEnded: true };
      from = end + 1;
    }
    if (from < portion.length) take(portion.subarray(from));
  }
  if (size > 0) yield { bytes: line(), isEnded: false };
}
