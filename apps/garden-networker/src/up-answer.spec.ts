import { answerTo } from './up-answer';

const result = {
  cniVersion: '1.0.0',
  interfaces: [{ name: 's-010255090005' }, { name: 'eth0', sandbox: '/run/netns/c1' }],
  ips: [{ interface: 1, address: '10.255.90.5/32', gateway: '169.254.0.1' }],
  dns: { nameservers: ['169.254.0.2'] },
};
const properties = {
  'garden.network.container-ip': '10.255.90.5',
  'garden.network.host-ip': '255.255.255.255',
  'garden.network.mapped-ports': '[{"HostPort":61000,"ContainerPort":8080}]',
  'garden.network.interface': 'eth0',
};
const netIn = [{ host_port: 61_000, container_port: 8080 }];

it('is, letter by letter, what Guardian keeps of a container', () =>
  expect(JSON.stringify(answerTo(result, netIn, ['example.internal']))).toBe(
    JSON.stringify({ properties, dns_servers: ['169.254.0.2'], search_domains: ['example.internal'] }),
  ));

it.each([{}, { nameservers: [] }])('leaves out what there is none of, so that the host’s is taken: %j', (dns) =>
  expect(answerTo({ ...result, dns }, [], [])).toEqual({
    properties: { ...properties, 'garden.network.mapped-ports': '[]' },
  }),
);

it('names the first address of IPv4, and the interface that it is on', () => {
  const ips = [
    { address: 'fd00::2/64', interface: 1 },
    { address: '10.0.0.2/24', interface: 2 },
    { address: '10.0.0.3/24' },
  ];
  const interfaces = [...result.interfaces, { name: 'net1' }];
  expect(answerTo({ ...result, interfaces, ips }, [], []).properties).toMatchObject({
    ...{ 'garden.network.container-ip': '10.0.0.2', 'garden.network.interface': 'net1' },
  });
});

it('names the interface that was asked for where the plugins do not say which it is', () =>
  expect(answerTo({ ips: [{ address: '10.0.0.2/24' }] }, [], []).properties).toMatchObject({
    'garden.network.interface': 'eth0',
  }));

it.each<[object]>([[{}], [{ ips: [] }], [{ ips: [{ address: 'fd00::2/64' }] }], [{ ips: [{}] }]])(
  'is none without an address of IPv4: %j',
  (without) => expect(() => answerTo(without as never, [], [])).toThrow('expected an IPv4 address in the CNI result'),
);
