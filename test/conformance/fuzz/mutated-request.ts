import type { Random } from './random';

const METHODS = [
  'GET',
  'POST',
  'POST',
  'POST',
  'POST',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'FOO',
  'get',
];
const PATHS = ['/', '/networking', '/health', '/healthz', '/nowhere', '/api/v1/changes', '/api/v1/cells'].concat(
  ['v0', 'v1', 'v2', ''].flatMap((version) =>
    ['policies', 'policies/delete', 'policies', 'policies/delete', 'policies/cleanup', 'tags', 'whoami'].map(
      (name) => `/networking/${version}/external/${name}`,
    ),
  ),
);
const QUERIES = [
  '',
  '',
  '?id=a',
  '?id=',
  '?source_id=a,b&dest_id=c',
  '?id=%zz;',
  '?id=%00',
  '?limit=-1&since=x',
  '?a[b]=c&id[]=d',
  '?__proto__=1',
];
const ENCODINGS = ['gzip', 'identity', 'deflate, br'];
const TOKENS = [
  '0',
  '-1',
  '1e9',
  '65535',
  '99999999999999999999',
  '"a"',
  '"\\u0000"',
  '"\\ud800"',
  'null',
  'true',
  '[]',
  '{}',
  '[[[[',
  '}',
  ',',
  ':',
  '"',
  '\\',
  '\n',
  '\u0000',
  'é',
  '😀',
  '__proto__',
  'NaN',
];
const BYTES = [0x00, 0x09, 0x0b, 0x20, 0x22, 0x25, 0x2f, 0x3a, 0x3b, 0x5c, 0x7f, 0x80, 0xc0, 0xe2, 0xff];
const APPS = ['a', 'b', 'c', 'd', 'e', 'ü', ' ', 'x'.repeat(300)];

/** The bytes of a request that was right once, and then changed here and there: in its path, its headers, its body, anywhere. */
export function mutatedRequest(random: Random, token: string): Buffer {
  const body = bodyOf(random);
  const lines = [
    `${random.once(4) ? random.pick(METHODS) : 'POST'} ${pathOf(random)} HTTP/1.1`,
    'host: heddle',
    ...(random.once(12) ? [] : [`authorization: ${random.once(12) ? scrambled(random, token) : `bearer ${token}`}`]),
    ...(random.once(3) ? [headerOf(random)] : []),
    ...lengthOf(random, body),
    'connection: close',
  ];
  const request = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
  return random.once(10) ? withOtherBytes(random, request) : request;
}

function pathOf(random: Random): string {
  const path = random.pick(PATHS) + random.pick(QUERIES);
  if (!random.once(5)) return path;
  const at = random.whole(path.length + 1);
  const put = random.pick([
    '/',
    '//',
    '%',
    '%2F',
    '%00',
    '%ff',
    '..',
    ';',
    '?',
    '#',
    'http://x',
    'é',
    'A',
    'x'.repeat(2_000),
  ]);
  return path.slice(0, at) + put + path.slice(at + random.whole(3));
}

function headerOf(random: Random): string {
  const value = random.pick(['', 'a', 'é', '\t', 'a\x7fb', '"', '*', 'x'.repeat(20_000), 'https://apps.example', '1']);
  const name = random.pick([
    'x-vcap-request-id',
    'x-heddle-reason',
    'origin',
    'accept',
    'if-none-match',
    'range',
    'authorization',
    'expect',
    'upgrade',
    '__proto__',
    'content-type',
  ]);
  return random.once(4) ? `content-encoding: ${random.pick(ENCODINGS)}` : `${name}: ${value}`;
}

function lengthOf(random: Random, { length }: Buffer): string[] {
  if (!random.once(20)) return [`content-length: ${length}`];
  return random.pick([
    [],
    ['transfer-encoding: chunked'],
    ['content-length: -1'],
    [`content-length: ${length}`, 'content-length: 3'],
    [`content-length: ${length + 1}`],
  ]);
}

function bodyOf(random: Random): Buffer {
  const policies = Array.from({ length: random.whole(4) }, () => ({
    source: { id: random.pick(APPS) },
    destination: {
      id: random.pick(APPS),
      protocol: random.pick(['tcp', 'udp']),
      ...(random.once(2) ? { port: 1 + random.whole(20) } : {}),
      ports: { start: 1 + random.whole(20), end: 20 + random.whole(20) },
    },
  }));
  let text = JSON.stringify({ policies });
  for (let changes = random.whole(4); changes > 0; changes--) {
    const at = random.whole(text.length + 1);
    text = text.slice(0, at) + random.pick(TOKENS) + text.slice(at + random.whole(8));
  }
  const body = Buffer.from(text);
  if (random.once(200)) return Buffer.from(text.replaceAll('"a"', '['.repeat(100_000)));
  return random.once(8) ? withOtherBytes(random, body) : body;
}

function withOtherBytes(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  for (let changes = 1 + random.whole(3); changes > 0 && changed.length > 0; changes--)
    changed[random.whole(changed.length)] = random.pick(BYTES);
  return changed;
}

function scrambled(random: Random, token: string): string {
  const at = random.whole(token.length);
  return random.pick([
    token,
    'bearer',
    `bearer  ${token}`,
    `BEARER ${token}`,
    `bearer ${token.slice(0, at)}A${token.slice(at + 1)}`,
    'bearer ..',
    'bearer é',
  ]);
}
