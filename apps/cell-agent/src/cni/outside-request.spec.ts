import { outsideRequest } from './outside-request';

const cell = { underlayAddress: '192.0.2.1', securityGroups: 'live', dnsServers: undefined } as const;
const mapping = { hostPort: 61_000, containerPort: 8080, protocol: 'tcp' } as const;
const published = { hostPort: 61_000, containerPort: 8080, protocol: 'tcp' };

describe('what a container is asked for about the world outside', () => {
  it.each([
    [undefined, '192.0.2.1'],
    ['0.0.0.0', '192.0.2.1'],
    ['192.0.2.7', '192.0.2.7'],
  ])('with hostIP %s a port is open at %s', (hostIP, hostAddress) =>
    expect(outsideRequest({ portMappings: [{ ...mapping, hostIP }], netOutRules: undefined }, cell)).toEqual({
      published: [{ ...published, hostAddress }],
      netOut: null,
    }),
  );

  it('is what its rules say where the cell goes by those, in the words of a security group', () => {
    const netOutRules = [
      { protocol: 1, networks: [{ start: '10.0.0.1', end: '10.0.0.9' }], ports: [{ start: 80, end: 81 }], log: true },
      { protocol: 3, networks: null, icmps: { type: 8, code: null }, log: false },
    ];
    expect(
      outsideRequest({ portMappings: undefined, netOutRules }, { ...cell, securityGroups: 'given' }).netOut,
    ).toEqual([
      { protocol: 'tcp', destination: '10.0.0.1-10.0.0.9', ports: '80-81', type: -1, code: -1, log: true },
      { protocol: 'icmp', destination: '0.0.0.0-255.255.255.255', ports: '', type: 8, code: -1, log: false },
    ]);
  });
});
