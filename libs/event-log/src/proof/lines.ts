/** A line of some bytes, and whether it ended as lines do: the last one of a file that was cut off did not. */
export interface Line {
  readonly bytes: Buffer;
  /** The same with its end, where it has one. */
  readonly whole: Buffer;
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

/**
 * The lines of what comes in portions, those of one portion together: to wait for each line would take longer than to look at it.
 * @throws {LineTooLong} before more than that is in memory
 */
export async function* linesIn(portions: AsyncIterable<Uint8Array>, mostBytes: number): AsyncGenerator<Line[]> {
  let held: Uint8Array[] = [];
  let size = 0;
  const hold = (bytes: Uint8Array): void => {
    held.push(bytes);
    size += bytes.length;
  };
  const line = (isEnded: boolean): Line => {
    const [only] = held;
    const whole = only && held.length === 1 ? bufferOf(only) : Buffer.concat(held);
    [held, size] = [[], 0];
    return { bytes: isEnded ? whole.subarray(0, -1) : whole, whole, isEnded };
  };
  for await (const portion of portions) {
    const lines: Line[] = [];
    let from = 0;
    for (let end = portion.indexOf(LINE_FEED); end >= 0; end = portion.indexOf(LINE_FEED, from)) {
      hold(portion.subarray(from, end + 1));
      if (size > mostBytes) break;
      lines.push(line(true));
      from = end + 1;
    }
    if (lines.length > 0) yield lines;
    if (size <= mostBytes && from < portion.length) hold(portion.subarray(from));
    if (size > mostBytes) throw new LineTooLong(mostBytes);
  }
  if (size > 0) yield [line(false)];
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
