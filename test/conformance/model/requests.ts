import fc from 'fast-check';
import type { Caller, ModelRequest } from './policy-server-model';
import { MALFORMED } from './read-policies';

/** In front of a name that belongs to one sequence of requests, so that sequences do not know each other's apps. */
export const HERE = '@@';

const SPACES = { a: 'space-a', b: 'space-b', foreign: 'space-foreign' } as const;

/** The apps of a sequence that the Cloud Controller knows, with their spaces. */
export const APPS: ReadonlyMap<string, string> = new Map([
  [`${HERE}web`, SPACES.a],
  [`${HERE}api`, SPACES.a],
  [`${HERE}db`, SPACES.b],
  [`${HERE}other`, SPACES.foreign],
]);
/** Names of apps that nobody knows; the last can be no GUID. */
const UNKNOWN = [`${HERE}gone`, `${HERE}ü <&> "q"`];
const ROUTER = `${HERE}router`;

/** Everybody who asks. */
export const CALLERS: Readonly<Record<string, Caller>> = {
  admin: { subject: 'admin', scopes: ['network.admin'], spaces: [] },
  client: { subject: 'ops', scopes: ['openid', 'network.admin'], spaces: [] },
  writer: { subject: 'dev', scopes: ['network.write'], spaces: [SPACES.a, SPACES.b] },
  half: { subject: 'half', scopes: ['network.write', 'openid'], spaces: [SPACES.a] },
  unscoped: { subject: 'dev', scopes: ['cloud_controller.read'], spaces: [SPACES.a, SPACES.b] },
  unknown: { subject: '', scopes: undefined, spaces: [] },
  nobody: { subject: '', scopes: null, spaces: [] },
};

const caller = fc.oneof(
  { weight: 6, arbitrary: fc.constant('admin') },
  { weight: 6, arbitrary: fc.constant('writer') },
  { weight: 2, arbitrary: fc.constantFrom(...Object.keys(CALLERS)) },
);
const version = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('v0', 'v1', 'v1') },
  { weight: 1, arbitrary: fc.constantFrom('v2', 'V1', '', 'v"1') },
);
const known = fc.constantFrom(...APPS.keys());
const app = fc.oneof({ weight: 8, arbitrary: known }, { weight: 2, arbitrary: fc.constantFrom(...UNKNOWN, ROUTER) });
const port = fc.constantFrom(80, 80, 81, 65535);

/** A policy that is in order; it says its ports in the way of both versions. */
const policy = fc
  .record({
    source: app,
    destination: app,
    protocol: fc.constantFrom('tcp', 'tcp', 'udp'),
    start: port,
    more: fc.nat(2),
  })
  .map(({ source, destination, protocol, start, more }) => ({
    source: { id: source },
    destination: {
      id: destination,
      protocol,
      port: start,
      ports: { start, end: Math.min(65535, start + (more >> 1)) },
    },
  }));

/** One that mostly is not: two faults in one policy are possible, and none. */
const doubtful = fc
  .record({
    source: fc.option(fc.record({ id: fc.constantFrom('', `${HERE}web`), tag: fc.constantFrom('', '01') }), {
      nil: undefined,
    }),
    id: fc.constantFrom('', `${HERE}db`),
    protocol: fc.constantFrom('tcp', 'TCP', 'icmp', ''),
    ...{
      port: fc.constantFrom(-1, 0, 80, 70_000),
      start: fc.constantFrom(-5, 0, 80, 70_000),
      end: fc.constantFrom(-1, 0, 80, 70_000),
    },
    tag: fc.constantFrom('', 'FF'),
  })
  .map(({ source, id, protocol, port, start, end, tag }) => ({
    source,
    destination: { id, tag, protocol, port, ports: { start, end } },
  }));

const policies = fc.oneof(
  { weight: 8, arbitrary: fc.array(policy, { minLength: 1, maxLength: 4 }) },
  { weight: 1, arbitrary: fc.array(fc.oneof(policy, doubtful), { maxLength: 3 }) },
);
/** So many apps that three such requests do not fit into the tags of one byte; written out by {@link written}. */
const CROWDS = new Map(
  ['left', 'middle', 'right'].map((side) => {
    const pairs = Array.from({ length: 60 }, (_, i) => ({
      source: { id: `${HERE}${side}-${i}` },
      destination: { id: `${HERE}${side}-to-${i}`, protocol: 'tcp', port: 80, ports: { start: 80, end: 80 } },
    }));
    return [`a crowd to the ${side}`, JSON.stringify({ policies: pairs })];
  }),
);
const body = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...CROWDS.keys()) },
  { weight: 12, arbitrary: policies.map((those) => JSON.stringify({ policies: those })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...MALFORMED.keys(),
      'null',
      '{}',
      '{"policies":null}',
      '{"policies":[null]}',
      '{"policies":[{}]}',
    ),
  },
);
const query = fc
  .array(
    fc.record({
      name: fc.constantFrom('id', 'source_id', 'dest_id', 'ID', 'other'),
      apps: fc.array(fc.oneof({ weight: 5, arbitrary: app }, { weight: 1, arbitrary: fc.constant('') }), {
        maxLength: 3,
      }),
    }),
    { maxLength: 3 },
  )
  .map((pairs) => pairs.map(({ name, apps }) => `${name}=${apps.map(encodeURIComponent).join(',')}`).join('&'));

const external = { api: fc.constant('external' as const), version, caller };
const internal = { api: fc.constant('internal' as const), caller: fc.constant('nobody') };
const GET = fc.constant('GET' as const);
const POST = fc.constant('POST' as const);

/** A request, with the name of its caller, and with {@link HERE} before its apps. */
export type RequestByName = Omit<ModelRequest, 'caller'> & { readonly caller: string };

const change = (path: string) => fc.record({ ...external, method: POST, path: fc.constant(path), body });

/** One request of any kind. */
export const anyRequest: fc.Arbitrary<RequestByName> = fc.oneof(
  { weight: 10, arbitrary: change('policies') },
  { weight: 5, arbitrary: change('policies/delete') },
  { weight: 6, arbitrary: fc.record({ ...external, method: GET, path: fc.constant('policies'), query }) },
  { weight: 2, arbitrary: fc.record({ ...external, method: GET, path: fc.constantFrom('tags', 'tags', 'whoami') }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ...external,
      method: POST,
      path: fc.constant('policies/cleanup'),
      isCloudControllerDown: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      ...internal,
      method: GET,
      path: fc.constant('policies'),
      version: fc.constantFrom('v1', 'v0', 'v99'),
      query,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ ...internal, method: GET, path: fc.constant('tags'), version: fc.constantFrom('v1', 'v0') }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      ...internal,
      ...{
        method: fc.constant('PUT' as const),
        path: fc.constant('tags'),
        version: fc.constantFrom('v1', 'v1', 'v1', 'v0'),
      },
      body: fc.oneof(
        {
          weight: 6,
          arbitrary: fc
            .record({ id: fc.constantFrom(ROUTER, `${HERE}web`), type: fc.constantFrom('router', 'app') })
            .map((named) => JSON.stringify(named)),
        },
        { weight: 2, arbitrary: fc.constantFrom(`{"ID":"${ROUTER}","Type":"router"}`, '{}') },
        { weight: 1, arbitrary: fc.constantFrom(...MALFORMED.keys()) },
      ),
    }),
  },
);

/** A request as it is sent: with the apps of this sequence. */
export function written(request: RequestByName, prefix: string): RequestByName {
  const { body, query } = request;
  const named = (text: string) => text.replaceAll(HERE, prefix).replaceAll(encodeURIComponent(HERE), prefix);
  return {
    ...request,
    ...(body !== undefined && { body: named(CROWDS.get(body) ?? body) }),
    ...(query !== undefined && { query: named(query) }),
  };
}
