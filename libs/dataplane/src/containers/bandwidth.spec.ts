import { renderShaper, renderTrafficControl, shaperOf } from './bandwidth';

const limit = { rate: 1_000_000, burst: 80_000 };

it('the device that holds back what a container sends has a name made from its address', () =>
  expect(shaperOf('10.255.90.5')).toBe('i-010255090005'));

it('what a container receives waits on its link', () => {
  expect(renderShaper('10.255.90.5', { ingress: limit, egress: null })).toBe('');
  expect(renderTrafficControl('10.255.90.5', { ingress: limit, egress: null })).toBe(
    'qdisc add dev s-010255090005 root tbf rate 1000000bit burst 10000b latency 25ms\n',
  );
});

it('what it sends goes by a device of its own', () => {
  expect(renderShaper('10.255.90.5', { ingress: null, egress: limit })).toBe(
    'link add i-010255090005 type ifb\nlink set i-010255090005 up\n',
  );
  expect(renderTrafficControl('10.255.90.5', { ingress: null, egress: limit })).toBe(
    'qdisc add dev s-010255090005 ingress\n' +
      'filter add dev s-010255090005 parent ffff: protocol all u32 match u32 0 0 action mirred egress redirect dev i-010255090005\n' +
      'qdisc add dev i-010255090005 root tbf rate 1000000bit burst 10000b latency 25ms\n',
  );
});
