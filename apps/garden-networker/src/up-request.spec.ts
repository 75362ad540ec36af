import { upRequestFrom } from './up-request';

const rule = { protocol: 1, networks: [{ start: '8.8.8.8', end: '9.9.9.9' }], ports: [{ start: 53, end: 54 }] };
const read = (value: unknown) => upRequestFrom(JSON.stringify(value));

it('is read as Guardian writes it', () =>
  expect(
    read({
      Pid: 42,
      Properties: { policy_group_id: 'web' },
      netout_rules: [rule],
      netin: [{ host_port: 0, container_port: 8080 }],
    }),
  ).toEqual({
    pid: 42,
    properties: { policy_group_id: 'web' },
    netIn: [{ host_port: 0, container_port: 8080 }],
    netOut: [rule],
  }));

it.each<[object]>([[{ pid: 42 }], [{ Pid: 42, Properties: null, netout_rules: null, netin: null }]])(
  'may name nothing more than a process: %j',
  (value) => expect(read(value)).toEqual({ pid: 42, properties: {}, netIn: [], netOut: [] }),
);

it('may name no process, and leave out the port that is to be found', () =>
  expect(read({ netin: [{ container_port: 8080 }] })).toMatchObject({
    ...{ pid: 0, netIn: [{ host_port: 0, container_port: 8080 }] },
  }));

it.each<[string, string]>([
  ['{{{bad', 'standard input: '],
  ['', 'standard input: '],
  ['null', 'standard input: must be a JSON object'],
  ['[]', 'standard input: must be a JSON object'],
  ['{"Pid":"not-a-number"}', 'Pid: must be the number of a process, not "not-a-number"'],
  ['{"Pid":-1}', 'Pid: must be the number of a process, not -1'],
  ['{"Properties":[]}', 'Properties: must be an object'],
  ['{"netin":{}}', 'netin: must be a list of objects'],
  ['{"netin":[7]}', 'netin: must be a list of objects'],
  ['{"netin":[{"host_port":65536}]}', 'netin[0].host_port: must be a port from 0 to 65535, not 65536'],
  ['{"netin":[{},{"container_port":"x"}]}', 'netin[1].container_port: must be a port from 0 to 65535, not "x"'],
  ['{"netout_rules":[null]}', 'netout_rules: must be a list of objects'],
])('%s is refused', (text, words) => expect(() => upRequestFrom(text)).toThrow(words));
