import { Reaches, type OutwardContainer, type PublishedPort } from '@heddle/calc';
import { natChains } from './nat-chains';

const nothing = new Reaches({ always: [], running: [], staging: [] }).ofContainer([]);
const container = (n: number, ...published: readonly PublishedPort[]): OutwardContainer => ({
  ...{ address: `10.255.1.${n}`, hostInterface: `s-01025500100${n}`, common: nothing, own: nothing, published },
});
const port = (hostPort: number, members: Partial<PublishedPort> = {}): PublishedPort => {
  return { protocol: 'tcp', hostAddress: '192.0.2.1', hostPort, containerPort: 8080, ...members };
};

describe('the chains that rewrite addresses', () => {
  it('translate what may leave, and nothing that comes from a container', () =>
    expect(Object.fromEntries(natChains([container(2)], {}))).toEqual({
      'heddle-arriving': ['-i s-+ -j RETURN', '-i silk-vtep -j RETURN'],
      'heddle-leaving': ['-m mark --mark 0x200000/0x200000 -j MASQUERADE'],
    }));

  it('leave alone what goes where containers are to be seen as they are', () =>
    expect(natChains([], { unmasked: [{ start: 0x0a000000, end: 0x0affffff }] }).get('heddle-leaving')).toEqual([
      '-d 10.0.0.0/8 -j RETURN',
      '-m mark --mark 0x200000/0x200000 -j MASQUERADE',
    ]));

  it('find a published port in the block that it is in', () => {
    const chains = natChains(
      [
        container(2, port(61_001), port(61_000, { protocol: 'udp' })),
        container(3, port(61_000, { containerPort: 80 })),
      ],
      {},
    );
    expect(Object.fromEntries(chains)).toMatchObject({
      'heddle-arriving': [
        '-i s-+ -j RETURN',
        '-i silk-vtep -j RETURN',
        '-p tcp -m tcp --dport 60992:61055 -g heddle-tcp-60992',
        '-p udp -m udp --dport 60992:61055 -g heddle-udp-60992',
      ],
      'heddle-tcp-60992': [
        '-d 192.0.2.1/32 -p tcp -m tcp --dport 61000 -j DNAT --to-destination 10.255.1.3:80',
        '-d 192.0.2.1/32 -p tcp -m tcp --dport 61001 -j DNAT --to-destination 10.255.1.2:8080',
      ],
      'heddle-udp-60992': ['-d 192.0.2.1/32 -p udp -m udp --dport 61000 -j DNAT --to-destination 10.255.1.2:8080'],
    });
  });
});
