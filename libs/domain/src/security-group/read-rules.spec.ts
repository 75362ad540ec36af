import { readRules } from './read-rules';

const rule = {
  protocol: 'tcp',
  destination: '10.0.0.0/8',
  ports: '443',
  type: 0,
  code: 0,
  description: '',
  log: false,
};
const reasonOf = (sent: unknown) => readRules([sent]).problems[0]?.reason;

it('gives members that are left out or null their zero value', () =>
  expect(
    readRules([
      { protocol: 'all', destination: '1.1.1.1' },
      { ...rule, description: null, log: null, type: null, code: null },
    ]),
  ).toEqual({
    rules: [{ ...rule, protocol: 'all', destination: '1.1.1.1', ports: '' }, rule],
    problems: [],
  }));

it('leaves unknown members out', () => expect(readRules([{ ...rule, colour: 'red' }]).rules).toEqual([rule]));

it.each([
  '10.0.0.1',
  '0.0.0.0/0',
  '10.0.0.1/8',
  '10.0.0.1-10.0.0.9',
  '10.0.0.1-10.0.0.1',
  '10.0.0.1,10.0.1.0/24, 10.0.2.1-10.0.2.9',
  '::',
  '::/0',
  '::1',
  '2001:db8::1/64',
  '1:2:3:4:5:6:7:8',
  '1::3:4:5:6:7:8',
  '::ffff:1.2.3.4',
  '2001:db8::1-2001:db8::9',
])('understands the destination %s', (destination) => expect(reasonOf({ ...rule, destination })).toBeUndefined());

it.each([
  ...['', 'example.org', '10.0.0', '10.0.0.256', '10.0.0.1/33', '10.0.0.1/', '10.0.0.1/8/8', '10.0.0.9-10.0.0.1'],
  ...['10.0.0.1-', '10.0.0.1-10.0.0.2-10.0.0.3', '10.0.0.1-::1', '10.0.0.1,', ',', ':', ':::', '1:2', '::1::', 'g::'],
  ...['1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8:9', '::12345', '::/129', '::1.2.3', '1.2.3.4::', 7, ['10.0.0.1'], {}],
])('does not understand the destination %j', (destination) =>
  expect(reasonOf({ ...rule, destination })).toMatch(
    /^its destination is .*, not an address, a CIDR block or a range$/,
  ),
);

it.each(['1', '65535', '80,443', '8000-9000', '80, 8000-9000', '80-80'])('understands the ports %s', (ports) =>
  expect(reasonOf({ ...rule, ports })).toBeUndefined(),
);

it.each(['', '0', '65536', '9-8', '80,', '-80', '80-', 'http', '1.5', 80, [80]])(
  'does not understand the ports %j',
  (ports) => expect(reasonOf({ ...rule, ports })).toMatch(/^its ports are .*, not ports or ranges from 1 to 65535$/),
);

it.each<[unknown, RegExp]>([
  [null, /^it is not an object$/],
  ['tcp', /^it is not an object$/],
  [[], /^it is not an object$/],
  [{}, /^its protocol is missing, not one of tcp, udp, icmp, icmpv6, all$/],
  [{ ...rule, protocol: 'TCP' }, /^its protocol is "TCP"/],
  [{ ...rule, protocol: 'x'.repeat(9_999) }, /^its protocol is "x{79}…, not one of/],
  [Object.create(rule) as object, /^its protocol is missing/],
  [{ ...rule, protocol: 'all' }, /^its ports are "443", but all has none$/],
  [{ ...rule, protocol: 'icmp', ports: '', type: 256 }, /^its type is 256, not a whole number from -1 to 255$/],
  [{ ...rule, protocol: 'icmp', ports: '', type: 0.5 }, /^its type is 0.5/],
  [{ ...rule, protocol: 'icmp', ports: '', code: -2 }, /^its code is -2/],
  [{ ...rule, protocol: 'icmp', ports: '', code: '0' }, /^its code is "0"/],
  [{ ...rule, description: 7 }, /^its description is 7, not a text$/],
  [{ ...rule, log: 'yes' }, /^its log is "yes", not true or false$/],
])('says of %j what is wrong', (sent, reason) => expect(reasonOf(sent)).toMatch(reason));

it.each(['icmp', 'icmpv6'])('knows any type and any code of %s', (protocol) => {
  const ping = { ...rule, protocol, ports: '', type: -1, code: -1 };
  expect(readRules([ping]).rules).toEqual([ping]);
});
