import { redirectRules } from './proxy-redirect';

const [out, into] = [
  ['OUTPUT', '-d', '10.255.0.0/16', '-p', 'tcp', '-j', 'REDIRECT', '--to-port', '15001'],
  ['PREROUTING', '-p', 'tcp', '-j', 'REDIRECT', '--to-port', '15001'],
];

it.each([
  [null, false, []],
  ['10.255.0.0/16', false, [out]],
  [null, true, [into]],
  ['10.255.0.0/16', true, [out, into]],
])('to %s, incoming too %s', (cidr, isIngress, rules) =>
  expect(redirectRules({ cidr, isIngress, port: 15_001 })).toEqual(rules),
);
