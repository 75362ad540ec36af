import { error, listV1, V0, V1, type Row } from '../row';

const NOT_FOUND = { status: 404, answer: '404 page not found\n', kind: 'bare' } as const;
const WRONG_METHOD = { status: 405, answer: 'Method Not Allowed\n', kind: 'bare' } as const;
const UPTIME = /^Network policy server, up for (\d+h)?(\d+m)?\d+(\.\d+)?(ns|µs|ms|s)\n$/;

interface Known {
  readonly path: string;
  readonly methods: readonly string[];
}

const versioned = (base: string): Known[] => [
  { path: `${base}/whoami`, methods: ['GET'] },
  { path: `${base}/policies`, methods: ['POST', 'GET'] },
  { path: `${base}/policies/delete`, methods: ['POST'] },
  { path: `${base}/policies/cleanup`, methods: ['POST'] },
  { path: `${base}/tags`, methods: ['GET'] },
];
const known: Known[] = [
  { path: '/', methods: ['GET'] },
  { path: '/networking', methods: ['GET'] },
  { path: '/health', methods: ['GET'] },
  ...versioned(V0),
  ...versioned(V1),
];

/** Every method on every path that does not take it. */
export const wrongMethods: Row[] = known.flatMap(({ path, methods }) =>
  ['HEAD', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE']
    .filter((method) => !methods.includes(method))
    .map((method) => ({
      ...WRONG_METHOD,
      about: 'is the wrong method',
      method,
      path,
      // A HEAD has no body, whatever its answer.
      ...(method === 'HEAD' && { answer: /^$/ }),
      with: { allow: [...methods, 'OPTIONS'].join(', ') },
    })),
);

/** OPTIONS of every path. */
export const options: Row[] = [
  ...known.map(({ path, methods }) => ({ path, methods: [...methods, 'OPTIONS'].join(',') })),
  { path: '/networking/v9/external/policies', methods: 'POST,GET,OPTIONS' },
  { path: '/networking/v1.1/external/policies', methods: '' },
  { path: '/networking//external/tags', methods: '' },
].map(({ path, methods }) => ({
  about: 'names the methods and wants no token',
  method: 'OPTIONS',
  path,
  as: 'stranger',
  status: 200,
  answer: '',
  kind: 'options',
  with: { 'access-control-allow-methods': methods, 'access-control-allow-headers': 'authorization' },
}));

/** Paths that are none. */
export const unknownPaths: Row[] = [
  ...known.filter(({ path }) => path !== '/').map(({ path }) => ({ path: `${path}/`, about: 'has a slash too many' })),
  { path: '//', about: 'has a slash too many' },
  { path: '//networking', about: 'has a slash too many' },
  { path: '/Networking', about: 'is of another case' },
  { path: '/networking/v1/external/POLICIES', about: 'is of another case' },
  { path: '/networking/v1/External/policies', about: 'is of another case' },
  { path: '/HEALTH', about: 'is of another case' },
  { path: '/nowhere', about: 'is unknown' },
  { path: '/networking/v1', about: 'is unknown' },
  { path: '/networking/v1/external', about: 'is unknown' },
  { path: '/networking/v1/external/policies/other', about: 'is unknown' },
  { path: '/networking/v1/v1/external/policies', about: 'is unknown' },
  { path: '/networking/v1/external/destinations', about: 'was removed upstream' },
  { path: '/networking/v1/external/egress_policies', about: 'was removed upstream' },
  { path: '/networking/v1/internal/policies', about: 'is on the other port' },
  { path: '/networking/v1/external/toString', about: 'is a word of the language' },
  { path: '/constructor', about: 'is a word of the language' },
].map(({ path, about }) => ({ ...NOT_FOUND, path, about }));

const unsupported = (version: string) => ({ status: 406, answer: error(`api version '${version}' not supported`) });

/** Versions that are none: told before a token is asked for. */
export const versions: Row[] = [
  ...['v2', 'v9', 'V1', 'V0', '1', 'v1.1', 'v01', 'toString'].map((version) => ({ sent: version, version })),
  { sent: '', version: '' },
  { sent: 'a%20b', version: 'a b' },
  { sent: '%22', version: '"' },
  { sent: 'v%5C', version: 'v\\' },
  { sent: '%C3%BC', version: 'ü' },
  { sent: '%3Cb%3E', version: '<b>' },
].flatMap(({ sent, version }) =>
  ['GET policies', 'POST policies', 'POST policies/delete', 'GET tags'].map((route): Row => {
    const [method = '', name = ''] = route.split(' ');
    return {
      about: 'has no such version',
      method,
      path: `/networking/${sent}/external/${name}`,
      as: 'stranger',
      ...unsupported(version),
    };
  }),
);

/** What asks for nothing, and the ways to write one path. */
export const openRoutes: Row[] = [
  { about: 'tells the uptime', path: '/', as: 'stranger', status: 200, answer: UPTIME },
  { about: 'tells the uptime', path: '/networking', as: 'stranger', status: 200, answer: UPTIME },
  { about: 'tells the uptime, whatever the query', path: '/?a=b', as: 'stranger', status: 200, answer: UPTIME },
  {
    about: 'tells a program the uptime',
    path: '/',
    headers: { accept: '*/*' },
    as: 'stranger',
    status: 200,
    answer: UPTIME,
  },
  {
    about: 'tells a browser too',
    path: '/networking',
    headers: { accept: 'text/html' },
    as: 'stranger',
    status: 200,
    answer: UPTIME,
  },
  { about: 'is well', path: '/health', as: 'stranger', status: 200, answer: '' },
  { about: 'names the caller', path: `${V1}/whoami`, status: 200, answer: '{"subject":"admin"}' },
  { about: 'names the caller', path: `${V0}/whoami`, status: 200, answer: '{"subject":"admin"}' },
  { about: 'is read decoded', path: '/networking/%761/external/policies', status: 200, answer: listV1() },
  { about: 'is read decoded', path: '/networking/v1%2Fexternal%2Fpolicies', status: 200, answer: listV1() },
  { about: 'may be a whole URL', path: `http://anywhere.example${V1}/policies`, status: 200, answer: listV1() },
  {
    about: 'escapes nothing',
    path: '/networking/%zz/external/policies',
    status: 400,
    answer: '400 Bad Request',
    kind: 'bare',
  },
  {
    about: 'takes no entity tag',
    path: `${V1}/policies`,
    headers: { 'if-none-match': '*' },
    status: 200,
    answer: listV1(),
  },
];

const ORIGIN = 'access-control-allow-origin';

/** Request ids and origins. The server lets pages of `https://apps.example` and `https://other.example` in. */
export const headers: Row[] = [
  {
    about: 'carries its id on',
    path: `${V1}/policies`,
    headers: { 'X-VCAP-Request-ID': 'r-1' },
    status: 200,
    answer: listV1(),
  },
  { about: 'carries its id on', path: '/', headers: { 'X-VCAP-Request-ID': 'a::b' }, status: 200, answer: UPTIME },
  {
    about: 'carries its id on',
    path: `${V1}/policies`,
    headers: { 'X-VCAP-Request-ID': 'r-2' },
    as: 'stranger',
    status: 401,
    answer: error('missing authorization header'),
  },
  {
    about: 'carries its id on',
    path: '/networking/v2/external/tags',
    headers: { 'X-VCAP-Request-ID': 'r-3' },
    ...unsupported('v2'),
  },
  {
    about: 'has an empty id',
    path: `${V1}/policies`,
    headers: { 'X-VCAP-Request-ID': '' },
    status: 200,
    answer: listV1(),
  },
  { about: 'gives no id', path: '/nowhere', headers: { 'X-VCAP-Request-ID': 'r-4' }, ...NOT_FOUND },
  {
    about: 'comes from a known page',
    path: `${V1}/policies`,
    headers: { origin: 'https://apps.example' },
    status: 200,
    answer: listV1(),
    with: { [ORIGIN]: 'https://apps.example' },
  },
  {
    about: 'comes from another known page',
    path: `${V1}/tags`,
    headers: { origin: 'https://other.example' },
    status: 200,
    answer: '{"tags":[]}',
    with: { [ORIGIN]: 'https://other.example' },
  },
  {
    about: 'comes from a known page',
    path: `${V1}/policies`,
    headers: { origin: 'https://apps.example' },
    as: 'stranger',
    status: 401,
    answer: error('missing authorization header'),
    with: { [ORIGIN]: 'https://apps.example' },
  },
  {
    about: 'comes from a known page',
    path: '/networking/v2/external/tags',
    headers: { origin: 'https://apps.example' },
    ...unsupported('v2'),
    with: { [ORIGIN]: 'https://apps.example' },
  },
  {
    about: 'comes from an unknown page',
    path: `${V1}/policies`,
    headers: { origin: 'https://apps.example.evil' },
    status: 200,
    answer: listV1(),
  },
  {
    about: 'comes from a page over plain HTTP',
    path: `${V1}/policies`,
    headers: { origin: 'http://apps.example' },
    status: 200,
    answer: listV1(),
  },
  { about: 'comes from a known page', path: '/nowhere', headers: { origin: 'https://apps.example' }, ...NOT_FOUND },
  {
    about: 'comes from a known page',
    method: 'OPTIONS',
    path: `${V1}/policies`,
    headers: { origin: 'https://apps.example' },
    as: 'stranger',
    status: 200,
    answer: '',
    kind: 'options',
    with: {
      [ORIGIN]: 'https://apps.example',
      'access-control-allow-methods': 'POST,GET,OPTIONS',
      'access-control-allow-headers': 'authorization',
    },
  },
];
