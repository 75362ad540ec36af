/**
 * JSON with one spelling per value: members sorted by name (UTF-16 code units), no white space, members that are
 * `undefined` left out. Equal values give equal bytes, so a hash of them means something.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(element).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    let written = '';
    for (const name of namesIn(value)) {
      const before = written === '' ? '' : ',';
      written += `${before}${JSON.stringify(name)}:${canonicalJson(value[name])}`;
    }
    return `{${written}}`;
  }
  return JSON.stringify(value);
}

/** So many elements of a list are written at once: some 1 ms of policies. */
const PORTION = 256;

/** The same text in pieces: a list is cut after every portion of its elements, wherever objects alone lead to it. */
export function* canonicalPieces(value: unknown): Generator<string, void> {
  if (Array.isArray(value)) {
    for (let from = 0; from < value.length; from += PORTION) {
      const written = value.slice(from, from + PORTION).map(element);
      yield (from === 0 ? '[' : ',') + written.join(',');
    }
    yield value.length === 0 ? '[]' : ']';
  } else if (value !== null && typeof value === 'object') {
    let before = '{';
    for (const name of namesIn(value)) {
      yield `${before}${JSON.stringify(name)}:`;
      yield* canonicalPieces(value[name]);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

function element(item: unknown): string {
  return canonicalJson(item ?? null);
}

/** In the order of their UTF-16 code units, which is that of `sort`. */
function namesIn<Value extends object>(value: Value): (keyof Value & string)[] {
  const names = Object.keys(value).sort() as (keyof Value & string)[];
  return names.filter((name) => value[name] !== undefined);
}
