/**
 * JSON with one spelling per value: members sorted by name (UTF-16 code units), no white space, members that are
 * `undefined` left out. Equal values give equal bytes, so a hash of them means something.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(element).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const written = membersOf(value).map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
    return `{${written.join(',')}}`;
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
    for (const [name, member] of membersOf(value)) {
      yield `${before}${JSON.stringify(name)}:`;
      yield* canonicalPieces(member);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

function element(item: unknown): string {
  return canonicalJson(item ?? null);
}

function membersOf(value: object): [string, unknown][] {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return members.sort(([a], [b]) => (a < b ? -1 : 1));
}
