import { givenIn } from './given';

const interfaces = [
  { name: 'cni0' },
  { name: 'veth1' },
  { name: 'eth0', sandbox: '/run/netns/c1' },
  { name: 'net1', sandbox: '/run/netns/c1' },
];
const ip = (address: string, of?: number) => ({ address, interface: of });

it('is the address of the interface, and what of interfaces is on the host', () =>
  expect(givenIn({ interfaces, ips: [ip('10.99.0.9/24', 3), ip('10.99.0.2/24', 2)] }, 'eth0')).toEqual({
    address: '10.99.0.2',
    hostInterfaces: ['cni0', 'veth1'],
  }));

it('is an address of which nobody says where it is', () =>
  expect(givenIn({ interfaces, ips: [ip('10.99.0.2/24')] }, 'eth0')).toMatchObject({ address: '10.99.0.2' }));

it.each([
  ['no address', 'eth0', []],
  ['no address', 'eth7', [ip('10.99.0.2/24')]],
  ['no address', 'eth0', [ip('10.99.0.9/24', 3)]],
  ['IPv6', 'eth0', [ip('10.99.0.2/24', 2), ip('fd00::2/64', 2)]],
  ['2 addresses', 'eth0', [ip('10.99.0.2/24', 2), ip('10.99.0.3/24', 2)]],
])('%s: refused', (words, ifname, ips) =>
  expect(() => givenIn({ interfaces, ips }, ifname)).toThrow(new RegExp(`^prevResult: .*${words}`)),
);
