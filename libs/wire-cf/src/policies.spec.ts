import { parsePolicies, renderPolicies } from './policies';
import { parsePolicyQuery } from './policy-query';
import { errorBody } from './wire-error';

const entry = (ports: unknown = { start: 8080, end: 8090 }, change: object = {}) => ({
  source: { id: 'web' },
  destination: { id: 'db', protocol: 'tcp', ports, ...change },
});
const body = (...policies: unknown[]) => JSON.stringify({ policies });
const policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 8080, end: 8090 };

it('reads what it writes', () => expect(parsePolicies(renderPolicies([policy] as never))).toEqual([policy]));

it('matches names in any case and ignores unknown ones', () =>
  expect(
    parsePolicies(
      '{"POLICIES":[{"Source":{"ID":"web","x":1},"destination":{"Id":"db","protocol":"tcp","Ports":{"START":8080,"end":8090}}}]}',
    ),
  ).toEqual([policy]));

it.each<[string, string]>([
  ['{}', 'mapper: validate policies: missing policies'],
  ['null', 'mapper: validate policies: missing policies'],
  ['{"policies":[]}', 'mapper: validate policies: missing policies'],
  ['{"policies":[null]}', 'mapper: validate policies: missing source id'],
  [body({ ...entry(), source: {} }), 'mapper: validate policies: missing source id'],
  [body(entry({ start: 1, end: 1 }, { id: '' })), 'mapper: validate policies: missing destination id'],
  [
    body(entry({ start: 1, end: 1 }, { protocol: 'icmp' })),
    'mapper: validate policies: invalid destination protocol, specify either udp or tcp',
  ],
  [
    body(entry({ start: 80 })),
    'mapper: validate policies: invalid port range 80-0, start must be less than or equal to end',
  ],
  [
    body(entry({ start: -1, end: -5 })),
    'mapper: validate policies: invalid port range -1--5, start must be less than or equal to end',
  ],
  [body(entry({ start: -5, end: 5 })), 'mapper: validate policies: invalid start port -5, must be in range 1-65535'],
  [body(entry({ start: 0, end: 70000 })), 'mapper: validate policies: missing start port'],
  [body(entry(undefined, { ports: undefined })), 'mapper: validate policies: missing start port'],
  [
    body(entry({ start: 1, end: 65536 })),
    'mapper: validate policies: invalid end port 65536, must be in range 1-65535',
  ],
  [body(entry({ start: 1, end: 2 }, { tag: '01' })), 'mapper: validate policies: tags may not be specified'],
  [body(entry(), { ...entry(), source: { id: '' } }), 'mapper: validate policies: missing source id'],
  ['', 'mapper: unmarshal json: unexpected end of JSON input'],
  ['{', 'mapper: unmarshal json: unexpected end of JSON input'],
  ['{"policies":[', 'mapper: unmarshal json: unexpected end of JSON input'],
  ['[]', 'mapper: unmarshal json: json: cannot unmarshal array into Go value of type api.PoliciesPayload'],
  [
    '{"policies":{}}',
    'mapper: unmarshal json: json: cannot unmarshal object into Go struct field PoliciesPayload.policies of type []api.Policy',
  ],
  [
    body({ source: { id: 7 } }),
    'mapper: unmarshal json: json: cannot unmarshal number into Go struct field Source.policies.source.id of type string',
  ],
  [
    body(entry({ start: '80' })),
    'mapper: unmarshal json: json: cannot unmarshal string into Go struct field Ports.policies.destination.ports.start of type int',
  ],
  [
    body(entry({ start: 80.5 })),
    'mapper: unmarshal json: json: cannot unmarshal number 80.5 into Go struct field Ports.policies.destination.ports.start of type int',
  ],
  [
    body(entry(8080)),
    'mapper: unmarshal json: json: cannot unmarshal number into Go struct field Destination.policies.destination.ports of type api.Ports',
  ],
])('answers %s with "%s"', (sent, message) =>
  expect(() => parsePolicies(sent)).toThrow(expect.objectContaining({ status: 400, message })),
);

it('answers what is no JSON with the prefix clients know', () =>
  expect(() => parsePolicies('not json')).toThrow(/^mapper: unmarshal json: ./));

describe('the query of a list', () => {
  it.each([
    ['', {}],
    ['id=a,b', { either: ['a', 'b'] }],
    ['id=a%2Cb', { either: ['a', 'b'] }],
    ['id=', { either: [] }],
    ['id=,a', { either: ['a'] }],
    ['id=a&id=b', { either: ['a'] }],
    ['source_id=a&dest_id=b', { sources: ['a'], destinations: ['b'] }],
    ['id=x&source_id=a', { either: ['x'] }],
    ['ID=x', {}],
  ])('%s', (query, wanted) => expect(parsePolicyQuery(query)).toEqual(wanted));
});

it('writes errors with a space after the colon, and escaped', () =>
  expect(errorBody('a "b" <c>')).toBe('{"error": "a \\"b\\" \\u003cc\\u003e"}'));
