/** A value of up to so many parts is written at once: some 0.5 ms. */
const SMALL = 2_048;
/** So many elements of a list are written at once, if they are small together. */
const PORTION = 256;

/** What `JSON.stringify` makes of a value that JSON knows, in pieces where it is large. */
export function* jsonPieces(value: unknown): Generator<string, void> {
  if (isSmall(value)) return yield JSON.stringify(value);
  if (Array.isArray(value)) return yield* piecesOfList(value);
  let before = '{';
  for (const [name, member] of Object.entries(value as object)) {
    if (member === undefined) continue;
    yield `${before}${JSON.stringify(name)}:`;
    yield* jsonPieces(member);
    before = ',';
  }
  yield '}';
}

function* piecesOfList(list: readonly unknown[]): Generator<string, void> {
  let before = '[';
  for (let from = 0; from < list.length; from += PORTION) {
    const portion = list.slice(from, from + PORTION);
    if (isSmall(portion)) {
      yield before + JSON.stringify(portion).slice(1, -1);
      before = ',';
      continue;
    }
    for (const element of portion) {
      yield before;
      yield* jsonPieces(element ?? null);
      before = ',';
    }
  }
  yield ']';
}

/** Whether a value has so few parts that JSON of it can be made at once; a single text may still be long. */
export function isSmall(value: unknown): boolean {
  return partsLeft(value, SMALL) > 0;
}

/** How many of so many parts are left beside those of a value; none as soon as there are none. */
function partsLeft(value: unknown, most: number): number {
  let left = most - 1;
  if (typeof value !== 'object' || value === null) return left;
  // `for in` would name all elements of a list before the first is looked at.
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left > 0; at++) left = partsLeft(value[at], left);
    return left;
  }
  for (const name in value) {
    if (left <= 0) break;
    left = partsLeft((value as Record<string, unknown>)[name], left);
  }
  return left;
}
