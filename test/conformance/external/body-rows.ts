import { error, policy, V0, V1, type Row } from '../row';

const stored = policy('kept', 'kept', 1);

/** A v1 policy with one thing changed. */
const v1 = (change: object = {}, ports: unknown = { start: 80, end: 90 }) => ({
  source: { id: 'web' },
  destination: { id: 'db', protocol: 'tcp', ports, ...change },
});
/** A v0 policy with one thing changed. */
const v0 = (change: object = {}, port: unknown = 80) => ({
  source: { id: 'web' },
  destination: { id: 'db', protocol: 'tcp', port, ...change },
});
const sourced = (source: unknown, rest: object) => ({ ...rest, source });

type Case = readonly [body: unknown, message: string];

const INVALID = 'mapper: validate policies: ';
const PROTOCOL = 'invalid destination protocol, specify either udp or tcp';
const ORDER = 'start must be less than or equal to end';

const sharedFaults: Case[] = [
  ['{}', 'missing policies'],
  ['null', 'missing policies'],
  ['{"policies":null}', 'missing policies'],
  ['{"policies":[]}', 'missing policies'],
  ['{"total_policies":3}', 'missing policies'],
  ['{"policies":[null]}', 'missing source id'],
  ['{"policies":[{}]}', 'missing source id'],
  ['{"policies":[{"source":null}]}', 'missing source id'],
];

const faultsV1: Case[] = [
  ...sharedFaults,
  [{ policies: [sourced({ id: '' }, v1())] }, 'missing source id'],
  [{ policies: [sourced({ id: '' }, v1({ id: '' }))] }, 'missing source id'],
  [{ policies: [v1({ id: '' })] }, 'missing destination id'],
  [{ policies: [v1({ id: '', protocol: 'x' })] }, 'missing destination id'],
  [{ policies: [v1({ protocol: '' })] }, PROTOCOL],
  [{ policies: [v1({ protocol: 'TCP' })] }, PROTOCOL],
  [{ policies: [v1({ protocol: 'icmp' }, { start: 9, end: 8 })] }, PROTOCOL],
  [{ policies: [v1({}, { start: 80, end: 0 })] }, `invalid port range 80-0, ${ORDER}`],
  [{ policies: [v1({}, { start: 80 })] }, `invalid port range 80-0, ${ORDER}`],
  [{ policies: [v1({}, { start: -1, end: -5 })] }, `invalid port range -1--5, ${ORDER}`],
  [{ policies: [v1({}, { start: 70001, end: 70000 })] }, `invalid port range 70001-70000, ${ORDER}`],
  [{ policies: [v1({}, { start: -5, end: 80 })] }, 'invalid start port -5, must be in range 1-65535'],
  [{ policies: [v1({}, { start: -5, end: 70000 })] }, 'invalid start port -5, must be in range 1-65535'],
  [{ policies: [v1({}, { start: 0, end: 80 })] }, 'missing start port'],
  [{ policies: [v1({}, { start: 0, end: 70000 })] }, 'missing start port'],
  [{ policies: [v1({}, { end: 80 })] }, 'missing start port'],
  [{ policies: [v1({}, null)] }, 'missing start port'],
  [{ policies: [v1({ ports: undefined })] }, 'missing start port'],
  [{ policies: [v1({}, { start: 80, end: 70000 })] }, 'invalid end port 70000, must be in range 1-65535'],
  [{ policies: [v1({ tag: '01' }, { start: 80, end: 65536 })] }, 'invalid end port 65536, must be in range 1-65535'],
  [{ policies: [v1({ tag: '01' })] }, 'tags may not be specified'],
  [{ policies: [sourced({ id: 'web', tag: '01' }, v1())] }, 'tags may not be specified'],
  [{ policies: [v1(), v1({ id: '' })] }, 'missing destination id'],
  [{ policies: [v1({ tag: 'x' }), v1({ id: '' })] }, 'tags may not be specified'],
  [
    { policies: [...Array.from({ length: 99 }, () => v1()), v1({}, { start: 9, end: 8 })] },
    `invalid port range 9-8, ${ORDER}`,
  ],
];

const faultsV0: Case[] = [
  ...sharedFaults,
  [{ policies: [sourced({ id: '' }, v0({ id: '' }))] }, 'missing source id'],
  [{ policies: [v0({ id: '' })] }, 'missing destination id'],
  [{ policies: [v0({ protocol: 'sctp' }, -1)] }, PROTOCOL],
  [{ policies: [v0({}, -1)] }, 'invalid port -1, must be in range 1-65535'],
  [{ policies: [v0({}, 70000)] }, 'invalid port 70000, must be in range 1-65535'],
  [{ policies: [v0({}, 5000000000)] }, 'invalid port 5000000000, must be in range 1-65535'],
  [{ policies: [v0({}, 0)] }, 'missing port'],
  [{ policies: [v0({}, null)] }, 'missing port'],
  [{ policies: [v0({ port: undefined, ports: { start: 1, end: 2 } })] }, 'missing port'],
  [{ policies: [v0({ tag: '01' }, 0)] }, 'missing port'],
  [{ policies: [v0({ tag: '01' })] }, 'tags may not be specified'],
  [{ policies: [sourced({ id: 'web', tag: '01' }, v0())] }, 'tags may not be specified'],
];

const UNREADABLE = 'mapper: unmarshal json: ';
const END = 'unexpected end of JSON input';
const into = (found: string, member: string, type: string) =>
  `json: cannot unmarshal ${found} into Go struct field ${member} of type ${type}`;

const sharedSyntax: Case[] = [
  ['', END],
  ['{', END],
  ['{"policies":[', END],
  ['{"policies":[{"source":{"id":"we', END],
  ['not json', "invalid character 'o' in literal null (expecting 'u')"],
  ['{"policies":[]} trailing', "invalid character 't' after top-level value"],
  ['{"policies":[],}', "invalid character '}' looking for beginning of object key string"],
  ["{'policies':[]}", "invalid character '\\'' looking for beginning of object key string"],
  ['{"policies":[]]', "invalid character ']' after object key:value pair"],
  ['{"policies":[01]}', "invalid character '1' after array element"],
  ['{"policies":["\t"]}', "invalid character '\\t' in string literal"],
  ['{"policies":["\\q"]}', "invalid character 'q' in string escape code"],
  ['\ufeff{}', "invalid character 'ï' looking for beginning of value"],
  [`{"x":${'['.repeat(20_000)}`, "invalid character '[' exceeded max depth"],
  ['{"policies":{},"x":}', "invalid character '}' looking for beginning of value"],
];

const shapesV1: Case[] = [
  ['[]', 'json: cannot unmarshal array into Go value of type api.PoliciesPayload'],
  ['"x"', 'json: cannot unmarshal string into Go value of type api.PoliciesPayload'],
  ['true', 'json: cannot unmarshal bool into Go value of type api.PoliciesPayload'],
  ['{"policies":{}}', into('object', 'PoliciesPayload.policies', '[]api.Policy')],
  ['{"policies":[1]}', into('number', 'PoliciesPayload.policies', 'api.Policy')],
  ['{"total_policies":"1"}', into('string', 'PoliciesPayload.total_policies', 'int')],
  ['{"policies":[{"source":"web"}]}', into('string', 'Policy.policies.source', 'api.Source')],
  ['{"policies":[{"source":{"id":7}}]}', into('number', 'Source.policies.source.id', 'string')],
  ['{"policies":[{"source":{"tag":[]}}]}', into('array', 'Source.policies.source.tag', 'string')],
  ['{"policies":[{"destination":[]}]}', into('array', 'Policy.policies.destination', 'api.Destination')],
  [
    '{"policies":[{"destination":{"protocol":6}}]}',
    into('number', 'Destination.policies.destination.protocol', 'string'),
  ],
  [{ policies: [v1({}, 8080)] }, into('number', 'Destination.policies.destination.ports', 'api.Ports')],
  [{ policies: [v1({}, { start: '80' })] }, into('string', 'Ports.policies.destination.ports.start', 'int')],
  [{ policies: [v1({}, { end: true })] }, into('bool', 'Ports.policies.destination.ports.end', 'int')],
  ...['80.5', '80.0', '8e1', '8E1', '99999999999999999999'].map((written): Case => [
    JSON.stringify({ policies: [v1({}, { start: 1 })] }).replace('"start":1', `"start":${written}`),
    into(`number ${written}`, 'Ports.policies.destination.ports.start', 'int'),
  ]),
];

const shapesV0: Case[] = [
  ['[]', 'json: cannot unmarshal array into Go value of type api_v0.Policies'],
  ['{"policies":{}}', into('object', 'Policies.policies', '[]api_v0.Policy')],
  ['{"total_policies":1.5}', into('number 1.5', 'Policies.total_policies', 'int')],
  [{ policies: [sourced(1, v0())] }, into('number', 'Policy.policies.source', 'api_v0.Source')],
  [{ policies: [v0({}, '80')] }, into('string', 'Destination.policies.destination.port', 'int')],
  [{ policies: [v0({}, 80.5)] }, into('number 80.5', 'Destination.policies.destination.port', 'int')],
];

const refusals = (base: string, cases: readonly Case[], prefix: string): Row[] =>
  cases.flatMap(([body, message]) =>
    ['policies', 'policies/delete'].map((name) => ({
      about: `refuses ${(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 60)}: ${message}`,
      method: 'POST',
      path: `${base}/${name}`,
      body,
      given: [stored],
      status: 400,
      answer: error(prefix + message),
      leaves: [stored],
    })),
  );

/** Bodies that are no JSON, of another shape, or against the rules: create and delete say the same and store nothing. */
export const badBodies: Row[] = [
  ...refusals(V1, faultsV1, INVALID),
  ...refusals(V0, faultsV0, INVALID),
  ...refusals(V1, [...sharedSyntax, ...shapesV1], UNREADABLE),
  ...refusals(V0, [...sharedSyntax, ...shapesV0], UNREADABLE),
];

const LIMIT = 10 * 1024 * 1024;
const filled = (bytes: number) => '{"policies":[]'.padEnd(bytes - 1) + '}';

/** The limit of a body, on its two sides. */
export const bodySizes: Row[] = [
  { path: `${V1}/policies`, bytes: LIMIT, message: `${INVALID}missing policies` },
  { path: `${V0}/policies/delete`, bytes: LIMIT, message: `${INVALID}missing policies` },
  { path: `${V1}/policies`, bytes: LIMIT + 1, message: 'failed reading request body' },
  { path: `${V0}/policies`, bytes: LIMIT + 1, message: 'failed reading request body' },
  { path: `${V1}/policies/delete`, bytes: LIMIT + 1, message: 'invalid request body' },
  { path: `${V1}/policies`, bytes: 2 * LIMIT, message: 'failed reading request body' },
].map(({ path, bytes, message }) => ({
  about: `sends ${bytes} bytes`,
  method: 'POST',
  path,
  body: filled(bytes),
  status: 400,
  answer: error(message),
}));
