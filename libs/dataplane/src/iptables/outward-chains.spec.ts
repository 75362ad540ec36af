import { Reaches, type GroupRule, type OutwardContainer } from '@heddle/calc';
import { outwardChains } from './outward-chains';

const options = { cutLive: true };
const reaches = new Reaches({ always: [], running: [], staging: [] });
const reach = (...places: readonly string[]) =>
  reaches.ofContainer(
    places.map((destination): GroupRule => {
      return { protocol: 'all', destination, ports: '', type: -1, code: -1, log: false };
    }),
  );
const [everybody, own] = [reach('192.0.2.0/24'), reach('198.51.100.1')];
const container = (n: number, members: Partial<OutwardContainer> = {}): OutwardContainer => ({
  ...{ address: `10.255.1.${n}`, hostInterface: `s-01025500100${n}`, common: everybody, own, published: [] },
  ...members,
});
const linesOf = (outside: readonly OutwardContainer[], chosen: Parameters<typeof outwardChains>[1] = options) => {
  const chains = outwardChains(outside, chosen);
  return (name: string) => chains.get(name) ?? [];
};

describe('the way out of containers', () => {
  it('asks what all may reach, then what these may reach, and refuses the rest; those that may reach the same share it', () => {
    const chains = outwardChains([container(2), container(3), container(4, { own: reach() })], options);
    const leaves = chains.get('heddle-out-10.255.1.0') ?? [];
    const [two, three, four] = leaves.map((leaf) => /-g (\S+)$/.exec(leaf)?.[1]);
    expect(leaves[0]).toBe(`-s 10.255.1.2/32 -g ${two}`);
    expect([two === three, two === four, leaves[3]]).toEqual([true, false, '-g heddle-refused']);
    const way = chains.get(two ?? '') ?? [];
    expect(way).toEqual([
      expect.stringMatching(/^-j heddle-may-\w{16}$/),
      '-m mark --mark 0x200000/0x200000 -j RETURN',
      expect.stringMatching(/^-j heddle-may-\w{16}$/),
      '-m mark --mark 0x200000/0x200000 -j RETURN',
      '-g heddle-refused',
    ]);
    const asked = [way[0], way[2]].map((rule) => chains.get((rule ?? '').slice(3)));
    expect(asked).toEqual([['-d 192.0.2.0/24 -g heddle-passed'], ['-d 198.51.100.1/32 -g heddle-passed']]);
    expect(Math.max(...[...chains.keys()].map((name) => name.length))).toBeLessThanOrEqual(28);
  });

  it('does not depend on the order of the containers', () => {
    const outside = [container(2, { published: [port(61_000, 80), port(61_001, 81)] }), container(3)];
    const inverse = outside.toReversed().map((each) => ({ ...each, published: each.published.toReversed() }));
    expect(outwardChains(inverse, options)).toEqual(outwardChains(outside, options));
  });

  it('names no container that may reach nothing', () => {
    const chains = outwardChains([container(2, { common: reach(), own: reach() })], options);
    expect([...chains.keys()].filter((name) => name.startsWith('heddle-out-'))).toEqual([]);
  });

  it('lets pass whatever is established where live connections are kept', () =>
    expect(linesOf([], { cutLive: false })('heddle-out')[1]).toBe('-m conntrack --ctstate ESTABLISHED -j RETURN'));

  it('counts connections that are too many, and refuses them unless that is a dry run', () => {
    const limited = (isDry: boolean) =>
      linesOf([], { ...options, connectionLimit: { perSecond: 10, atOnce: 25, isDry } });
    expect(limited(false)('heddle-out')).toContain(
      '-p tcp -m conntrack --ctstate NEW -m hashlimit --hashlimit-above 10/sec --hashlimit-burst 25 --hashlimit-mode srcip,dstip,dstport --hashlimit-name heddle-10-25 --hashlimit-htable-expire 3000 -j heddle-too-many',
    );
    expect(limited(false)('heddle-too-many')).toEqual(['-j REJECT --reject-with icmp-port-unreachable']);
    expect(limited(true)('heddle-too-many')).toEqual([
      '-m limit --limit 1/sec --limit-burst 1 -j LOG --log-prefix "DENY_ORL_heddle "',
      '-j RETURN',
    ]);
  });

  it('logs everything where that is wanted', () => {
    const lines = linesOf([], { ...options, logAll: true, refusalsLoggedPerSecond: 3, datagramsLoggedPerSecond: 5 });
    expect(lines('heddle-passed')).toEqual([
      '! -p udp -m conntrack --ctstate INVALID,NEW,UNTRACKED -j LOG --log-prefix "OK_heddle "',
      '-p udp -m limit --limit 5/sec -j LOG --log-prefix "OK_heddle "',
      '-j MARK --set-xmark 0x200000/0x200000',
    ]);
    expect(lines('heddle-refused')[0]).toBe(
      '-m limit --limit 3/sec --limit-burst 3 -j LOG --log-prefix "DENY_heddle "',
    );
  });
});

const port = (hostPort: number, containerPort: number) => {
  return { protocol: 'tcp', hostAddress: '192.0.2.1', hostPort, containerPort } as const;
};

it('what comes by a published port may come in at that port of the container, and nowhere else', () => {
  const lines = linesOf([container(2, { published: [port(61_000, 80), port(61_001, 80), port(61_002, 81)] })]);
  expect(lines('heddle-pub-10.255.1.0')).toEqual([
    '-d 10.255.1.2/32 -p tcp -m tcp --dport 80 -j RETURN',
    '-d 10.255.1.2/32 -p tcp -m tcp --dport 81 -j RETURN',
    '-g heddle-to',
  ]);
});

it('of its own cell a container reaches the services that are named', () => {
  const hostServices = [{ address: '169.254.0.2', protocol: 'udp', port: 53 }] as const;
  expect(linesOf([], { ...options, hostServices })('heddle-cell')).toEqual([
    '-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN',
    '-d 169.254.0.2/32 -p udp -m udp --dport 53 -j RETURN',
    '-j REJECT --reject-with icmp-port-unreachable',
  ]);
});
