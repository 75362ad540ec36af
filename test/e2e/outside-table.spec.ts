import { Reaches, type CellState, type GroupRule } from '@heddle/calc';
import { attachContainer, enableForwarding, hostInterfaceOf, type Firewall } from '@heddle/dataplane';
import { parseIpv4 } from '@heddle/domain';
import {
  describeEachBackend,
  echoTcp,
  echoUdp,
  NetworkNamespace,
  tableOptions,
  tryTcp,
  tryUdp,
  type Listener,
} from '@heddle/testing';
import { ping } from '../support/ping';

const LONG_MS = 120_000;
const [CONTAINER, CELL] = ['10.255.1.2', '192.0.2.1'];
/** Machines outside, by the last number of their addresses, and what each answers to. */
const MACHINES = [10, 11, 12, 13];
const TCP = [80, 81, 443];
const UDP = [53, 54];

const addressOf = (machine: number): string => `192.0.2.${machine}`;
const rule = (protocol: GroupRule['protocol'], destination: string, members: Partial<GroupRule> = {}): GroupRule => ({
  ...{ protocol, destination, ports: '', type: -1, code: -1, log: false },
  ...members,
});
const tcp = (destination: string, ports: string, log = false) => rule('tcp', destination, { ports, log });
const udp = (destination: string, ports: string) => rule('udp', destination, { ports });
const icmp = (destination: string, type: number, code = -1) => rule('icmp', destination, { type, code });
/** More than fit in one level of a tree, on both sides of the addresses that are looked at. */
const ELSEWHERE = Array.from({ length: 40 }, (_, i) => tcp(`${i % 2 ? '10' : '203'}.0.${i}.1`, '80'));

const everything = (machine: number): string[] => [
  ...TCP.map((port) => `tcp ${machine}:${port}`),
  ...UDP.map((port) => `udp ${machine}:${port}`),
  `icmp ${machine}`,
];
interface Case {
  /** Of the groups that hold in all spaces, and of those of its space. */
  readonly common?: readonly GroupRule[];
  readonly own?: readonly GroupRule[];
  /** What the cell denies. */
  readonly denied?: string;
  readonly open: readonly string[];
}
const CASES: Readonly<Record<string, Case>> = {
  nothing: { open: [] },
  'everything at one address': { own: [rule('all', '192.0.2.10')], open: everything(10) },
  'ports of a range of addresses': {
    own: [tcp('192.0.2.11-192.0.2.12', '80, 443')],
    open: ['tcp 11:80', 'tcp 11:443', 'tcp 12:80', 'tcp 12:443'],
  },
  'a range of ports of a block': {
    common: [tcp('192.0.2.12/31', '80-81'), udp('192.0.2.12/31', '53')],
    open: ['tcp 12:80', 'tcp 12:81', 'udp 12:53', 'tcp 13:80', 'tcp 13:81', 'udp 13:53'],
  },
  'a type of ICMP, with its code or with any': {
    own: [icmp('192.0.2.10', 8, 0), icmp('192.0.2.11', 8), icmp('192.0.2.12', 8, 1), icmp('192.0.2.13', 3)],
    open: ['icmp 10', 'icmp 11'],
  },
  'any ICMP, or any type with one code': {
    own: [icmp('192.0.2.10', -1), icmp('192.0.2.11', -1, 0), icmp('192.0.2.12', -1, 1)],
    open: ['icmp 10', 'icmp 11'],
  },
  'some for all, and some for its space': {
    common: [tcp('192.0.2.10', '80'), udp('0.0.0.0/0', '54')],
    own: [tcp('192.0.2.10', '81'), icmp('192.0.2.11', 8)],
    open: ['tcp 10:80', 'tcp 10:81', ...MACHINES.map((machine) => `udp ${machine}:54`), 'icmp 11'],
  },
  'everything but what is denied': {
    common: [rule('all', '192.0.2.11')],
    own: [rule('all', '0.0.0.0/0')],
    denied: '192.0.2.11-192.0.2.12',
    open: [...everything(10), ...everything(13)],
  },
  'lists that lie over each other, logged and not': {
    common: [tcp('192.0.2.0/24', '80', true), tcp('192.0.2.10', '80-443')],
    own: [tcp('192.0.2.10-192.0.2.11', '79-81', true), tcp('192.0.2.11', '80')],
    open: ['tcp 10:80', 'tcp 10:81', 'tcp 10:443', 'tcp 11:80', 'tcp 11:81', 'tcp 12:80', 'tcp 13:80'],
  },
  'a few among many': {
    common: [...ELSEWHERE, tcp('192.0.2.13', '443'), ...ELSEWHERE.map((each) => ({ ...each, ports: '443' }))],
    own: [udp('192.0.2.13', '53'), ...ELSEWHERE],
    open: ['tcp 13:443', 'udp 13:53'],
  },
};

describeEachBackend('what a container reaches outside, by the packets', (backend) => {
  let cell: NetworkNamespace;
  let outside: NetworkNamespace;
  let container: NetworkNamespace;
  let firewall: Firewall;
  const open: Listener[] = [];

  beforeAll(async () => {
    [cell, outside, container] = [
      NetworkNamespace.create('hout-cell'),
      NetworkNamespace.create('hout-outside'),
      NetworkNamespace.create('hout-container'),
    ];
    cell.run('ip', 'link', 'add', 'underlay', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', outside.path);
    cell.run('ip', 'addr', 'add', `${CELL}/24`, 'dev', 'underlay');
    for (const machine of MACHINES) outside.run('ip', 'addr', 'add', `${addressOf(machine)}/24`, 'dev', 'eth0');
    cell.run('ip', 'link', 'set', 'underlay', 'up');
    outside.run('ip', 'link', 'set', 'eth0', 'up');
    // The kernel answers so many refusals a second; here it is asked more often.
    cell.run('sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0');
    firewall = await cell.within(async () => {
      enableForwarding();
      const opened = await backend.open(tableOptions);
      const link = { netns: container.path, address: CONTAINER, mtu: 1450, containerInterface: 'eth0' };
      await attachContainer(link);
      return opened;
    });
    open.push(await echoTcp(outside, TCP));
    for (const machine of MACHINES) for (const port of UDP) open.push(await echoUdp(outside, port, addressOf(machine)));
  }, LONG_MS);
  afterAll(async () => {
    await Promise.all(open.map((listener) => listener.close()));
    await firewall?.close();
    for (const each of [container, outside, cell]) each?.delete();
  });

  const stateOf = ({ common = [], own = [], denied }: Case): CellState => {
    const [start = '', end = start] = (denied ?? '').split('-');
    const always = denied === undefined ? [] : [{ start: parseIpv4(start), end: parseIpv4(end) }];
    const reaches = new Reaches({ always, running: [], staging: [] });
    const group = { guid: 'all', name: 'all', running: true, staging: false, rules: common };
    const sender = { address: CONTAINER, hostInterface: hostInterfaceOf(CONTAINER) };
    return {
      containers: [{ handle: 'web-0', ...sender, tag: null, inbound: [] }],
      peers: [],
      outside: [
        {
          ...{ ...sender, published: [] },
          common: reaches.common({ space: null, rev: 1, groups: [group] }, 'running'),
          own: reaches.ofContainer(own),
        },
      ],
    };
  };

  /** What was answered, and what was neither answered nor refused. */
  const tried = async (): Promise<{ answered: string[]; silent: string[] }> => {
    const results = new Map<string, string>();
    for (const machine of MACHINES) {
      const address = addressOf(machine);
      for (const port of TCP) results.set(`tcp ${machine}:${port}`, (await tryTcp(container, address, port)).result);
      for (const port of UDP) results.set(`udp ${machine}:${port}`, (await tryUdp(container, address, port)).result);
      results.set(`icmp ${machine}`, ping(container, address));
    }
    const those = (wanted: string) => [...results].flatMap(([name, result]) => (result === wanted ? [name] : []));
    return { answered: those('answered'), silent: those('silent') };
  };

  it.each(Object.keys(CASES))(
    '%s',
    async (name) => {
      const wanted = CASES[name] as Case;
      await cell.within(() => firewall.converge(stateOf(wanted)));
      const { answered, silent } = await tried();
      expect([answered.sort(), silent]).toEqual([[...wanted.open].sort(), []]);
    },
    LONG_MS,
  );

  it('a mark that somebody else has given a packet opens nothing', async () => {
    const rule = ['PREROUTING', '-j', 'MARK', '--set-xmark', '0xffffffff/0xffffffff'];
    cell.run('iptables-nft', '-t', 'mangle', '-A', ...rule);
    try {
      await cell.within(() => firewall.converge(stateOf({ own: [tcp('192.0.2.10', '80')], open: [] })));
      expect(await tried()).toEqual({ answered: ['tcp 10:80'], silent: [] });
    } finally {
      cell.run('iptables-nft', '-t', 'mangle', '-D', ...rule);
    }
  });
});
