import { atOnce, type Policy } from '@heddle/domain';
import { BODY_LIMIT, parsePolicies } from './policies';
import type { ApiVersion } from './policy-shapes';
import { renderInSteps } from './render-policies';

const entry = (ports: unknown = { start: 8080, end: 8090 }, change: object = {}) => ({
  source: { id: 'web' },
  destination: { id: 'db', protocol: 'tcp', ports, ...change },
});
const body = (...policies: unknown[]) => JSON.stringify({ policies });
const parse = (text: string, version: ApiVersion = 'v1') => parsePolicies(Buffer.from(text), version);
const policy: Policy = { source: 'web', destination: 'db', protocol: 'tcp', start: 8080, end: 8090 };
const render = (policies: readonly Policy[], version?: ApiVersion) =>
  Buffer.concat(atOnce(renderInSteps(policies, version))).toString();

it('reads what it writes', async () => {
  expect(await parse(render([policy]))).toEqual([policy]);
  const one = { ...policy, source: 'ünï "<&>"\u2028', end: 8080 };
  expect(await parse(render([one, policy], 'v0'), 'v0')).toEqual([one]);
});

it('matches names in any case and ignores unknown ones', async () =>
  expect(
    await parse(
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
  expect(parse(sent)).rejects.toMatchObject({ name: 'WireError', status: 400, message }),
);

const v0 = (port: unknown, change: object = {}) =>
  body({ source: { id: 'web' }, destination: { id: 'db', protocol: 'tcp', port, ...change } });

it.each<[string, string]>([
  [v0(-1), 'mapper: validate policies: invalid port -1, must be in range 1-65535'],
  [v0(65536), 'mapper: validate policies: invalid port 65536, must be in range 1-65535'],
  [
    v0(9007199254740993n.toString()),
    'mapper: unmarshal json: json: cannot unmarshal string into Go struct field Destination.policies.destination.port of type int',
  ],
  [
    '{"policies":[{"source":{"id":"a"},"destination":{"id":"b","protocol":"tcp","port":9007199254740993}}]}',
    'mapper: validate policies: invalid port 9007199254740993, must be in range 1-65535',
  ],
  [v0(0), 'mapper: validate policies: missing port'],
  [v0(undefined), 'mapper: validate policies: missing port'],
  [v0(undefined, { ports: { start: 1, end: 2 } }), 'mapper: validate policies: missing port'],
  [v0(1, { tag: '01' }), 'mapper: validate policies: tags may not be specified'],
  ['[]', 'mapper: unmarshal json: json: cannot unmarshal array into Go value of type api_v0.Policies'],
])('v0 answers %s with "%s"', (sent, message) =>
  expect(parse(sent, 'v0')).rejects.toMatchObject({ status: 400, message }),
);

it('takes the last of two lists', async () => {
  const first = body(entry()).slice(0, -1);
  const second = JSON.stringify([entry({ start: 1, end: 2 })]);
  expect(await parse(`${first},"Policies":${second}}`)).toEqual([{ ...policy, start: 1, end: 2 }]);
  await expect(parse(`${first},"policies":null}`)).rejects.toThrow('missing policies');
});

it('lets other work have its turn while it reads 10 MiB', async () => {
  const one = JSON.stringify(entry());
  const text = Buffer.from(
    `{"policies":[${Array.from({ length: Math.floor(BODY_LIMIT / (one.length + 1)) - 1 }, () => one).join()}]}`,
  );
  // Counted in turns, not in time: how long one takes is the machine's business.
  let turns = 0;
  const others = setInterval(() => turns++, 1);
  const policies = await parsePolicies(text, 'v1');
  clearInterval(others);
  expect(policies.length).toBeGreaterThan(90_000);
  expect(turns).toBeGreaterThanOrEqual(5);
});
