/** What a request asks for. */
export interface RequestTarget {
  /** Decoded; a byte that is no UTF-8 is a U+FFFD in it. */
  readonly path: string;
  /** As it came, with its question mark; empty without one. */
  readonly query: string;
}

const SCHEME_AND_HOST = /^https?:\/\/[^/?]*/i;
const WRONG_ESCAPE = /%(?![0-9a-f]{2})/i;

/** Takes a request target apart; `undefined` when its path has a `%` that escapes nothing. */
export function readTarget(target: string): RequestTarget | undefined {
  // Some clients of proxies send a whole URL.
  const local = target.replace(SCHEME_AND_HOST, '');
  const at = local.indexOf('?');
  const path = at === -1 ? local : local.slice(0, at);
  if (WRONG_ESCAPE.test(path)) return undefined;
  return { path: decoded(path) || '/', query: at === -1 ? '' : local.slice(at) };
}

/** Node gives the bytes of a request target as Latin-1. */
function decoded(path: string): string {
  const bytes = path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
