import type { Allowance, CellState, GuardedContainer } from '@heddle/calc';
import { atOnce } from '@heddle/domain';
import { enteredFirst } from './chains';
import { renderDelta } from './delta';
import { desiredChains as chainsInSteps, type ChainOptions } from './desired-chains';

const desiredChains = (state: CellState, chosen: ChainOptions) => atOnce(chainsInSteps(state, chosen)).filter;
const nothing: CellState = { containers: [], peers: [] };
const options = { vxlanPort: 4789, cutLive: true };
const rule = { protocol: 'tcp', start: 8080, end: 8080, tags: [11] } as const;
const container: GuardedContainer = {
  ...{ handle: 'api-0', hostInterface: 's-010255001002', address: '10.255.1.2', tag: 12 },
  inbound: [],
};
const peer = { cell: 'cell-2', overlaySubnet: '10.255.2.0/24', overlayHardwareAddress: 'ee:ee:0a:ff:02:00' };

/** What there is for the world outside where nobody may reach anything of it. */
const OUTSIDE = `heddle-out
  -j MARK --set-xmark 0x0/0x200000
  -m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN
  -m conntrack --ctstate RELATED -j RETURN
  -p tcp -m conntrack --ctstate INVALID -j DROP
  -g heddle-refused
heddle-passed
  -j MARK --set-xmark 0x200000/0x200000
heddle-logged
  ! -p udp -m conntrack --ctstate INVALID,NEW,UNTRACKED -j LOG --log-prefix "OK_heddle "
  -p udp -m limit --limit 100/sec --limit-burst 100 -j LOG --log-prefix "OK_heddle "
  -j MARK --set-xmark 0x200000/0x200000
heddle-refused
  -p tcp -m conntrack --ctstate ESTABLISHED -j REJECT --reject-with tcp-reset
  -j REJECT --reject-with icmp-port-unreachable
heddle-published
  -g heddle-to
heddle-cell
  -m conntrack --ctstate RELATED,ESTABLISHED -j RETURN
  -j REJECT --reject-with icmp-port-unreachable`;

/** The chains as `iptables-save` would show them. */
const textOf = (state: CellState) =>
  [...desiredChains(state, options)].flatMap(([name, rules]) => [name, ...rules.map((rule) => `  ${rule}`)]).join('\n');
const allowing = (...ranges: readonly Partial<Allowance>[]) => {
  const inbound = ranges.map(({ tag = 11, ...range }) => ({ ...rule, ...range, tags: [tag] }));
  return desiredChains({ ...nothing, containers: [{ ...container, tag: null, inbound }] }, options).get(
    'heddle-10.255.1.2',
  );
};

describe('the chains of a state', () => {
  it('refuse everything when it is empty', () =>
    expect(textOf(nothing)).toBe(`heddle-input
  -p udp -m udp --dport 4789 -g heddle-peers
  -i s-+ -j heddle-from
  -i s-+ -g heddle-cell
heddle-peers
  -i s-+ -j DROP
  -j DROP
heddle-forward
  -i s-+ -j heddle-from
  -i s-+ -o s-+ -g heddle-to
  -i silk-vtep -o s-+ -g heddle-to
  -o s-+ -m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN
  -o s-+ -m conntrack --ctstate DNAT -g heddle-published
  -o s-+ -g heddle-to
  -i s-+ ! -o silk-vtep -g heddle-out
heddle-from
  -p udp -m udp --dport 4789 -j DROP
  -j DROP
heddle-to
  -p tcp -m conntrack --ctstate ESTABLISHED -m mark --mark 0x80000/0x80000 -j RETURN
  -p tcp -m conntrack --ctstate ESTABLISHED -m tcp --tcp-flags RST RST -j RETURN
  -m conntrack --ctstate RELATED -j RETURN
  -g heddle-refuse
heddle-answering
  -m conntrack --ctdir REPLY -m connmark --mark 0x80000/0x180000 -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
  -m conntrack --ctdir ORIGINAL -m connmark --mark 0x180000/0x180000 -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffefffff
heddle-allowed
  -m conntrack --ctdir ORIGINAL -j CONNMARK --set-xmark 0x80000/0x180000
  -m conntrack --ctdir REPLY -j CONNMARK --set-xmark 0x180000/0x180000
  -j CONNMARK --save-mark --nfmask 0xffe7ffff --ctmask 0xffe7ffff
heddle-refuse
  -p tcp -j REJECT --reject-with tcp-reset
  -j REJECT --reject-with icmp-port-unreachable
${OUTSIDE}`));

  it('know each sender by interface and address, each destination by its address, each cell by its underlay address', () =>
    expect(
      textOf({
        containers: [
          { ...container, inbound: [rule] },
          { ...container, hostInterface: 's-010255001003', address: '10.255.1.3', tag: null },
        ],
        peers: [{ ...peer, underlayAddress: '192.0.2.2' }],
      }),
    ).toBe(`heddle-input
  -p udp -m udp --dport 4789 -g heddle-peers
  -i s-+ -j heddle-from
  -i s-+ -g heddle-cell
heddle-peers
  -i s-+ -j DROP
  -s 192.0.2.0/24 -g heddle-peers-192.0.2
  -j DROP
heddle-peers-192.0.2
  -s 192.0.2.0/28 -g heddle-peers-192.0.2.0
  -j DROP
heddle-peers-192.0.2.0
  -s 192.0.2.2/32 -j RETURN
  -j DROP
heddle-forward
  -i s-+ -j heddle-from
  -i s-+ -o s-+ -g heddle-to
  -i silk-vtep -o s-+ -g heddle-to
  -o s-+ -m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN
  -o s-+ -m conntrack --ctstate DNAT -g heddle-published
  -o s-+ -g heddle-to
  -i s-+ ! -o silk-vtep -g heddle-out
heddle-from
  -p udp -m udp --dport 4789 -j DROP
  -s 10.255.1.0/24 -g heddle-from-10.255.1
  -j DROP
heddle-from-10.255.1
  -s 10.255.1.0/28 -g heddle-from-10.255.1.0
  -j DROP
heddle-from-10.255.1.0
  -s 10.255.1.2/32 -i s-010255001002 -j MARK --set-xmark 0xc/0xffffffff
  -s 10.255.1.2/32 -i s-010255001002 -g heddle-answering
  -s 10.255.1.3/32 -i s-010255001003 -g heddle-answering
  -j DROP
heddle-to
  -p tcp -m conntrack --ctstate ESTABLISHED -m mark --mark 0x80000/0x80000 -j RETURN
  -p tcp -m conntrack --ctstate ESTABLISHED -m tcp --tcp-flags RST RST -j RETURN
  -m conntrack --ctstate RELATED -j RETURN
  -d 10.255.1.0/24 -g heddle-to-10.255.1
  -g heddle-refuse
heddle-to-10.255.1
  -d 10.255.1.0/28 -g heddle-to-10.255.1.0
  -g heddle-refuse
heddle-to-10.255.1.0
  -d 10.255.1.2/32 -g heddle-10.255.1.2
  -d 10.255.1.3/32 -g heddle-10.255.1.3
  -g heddle-refuse
heddle-answering
  -m conntrack --ctdir REPLY -m connmark --mark 0x80000/0x180000 -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffffffff
  -m conntrack --ctdir ORIGINAL -m connmark --mark 0x180000/0x180000 -j CONNMARK --restore-mark --nfmask 0xffffffff --ctmask 0xffefffff
heddle-allowed
  -m conntrack --ctdir ORIGINAL -j CONNMARK --set-xmark 0x80000/0x180000
  -m conntrack --ctdir REPLY -j CONNMARK --set-xmark 0x180000/0x180000
  -j CONNMARK --save-mark --nfmask 0xffe7ffff --ctmask 0xffe7ffff
heddle-refuse
  -p tcp -j REJECT --reject-with tcp-reset
  -j REJECT --reject-with icmp-port-unreachable
heddle-10.255.1.2
  -m conntrack --ctstate ESTABLISHED -m mark --mark 0x8000c -j RETURN
  -p tcp -m mark --mark 0xb -m tcp --dport 8080 -g heddle-allowed
  -g heddle-refuse
heddle-10.255.1.3
  -g heddle-refuse
${OUTSIDE}`));

  it('leave out a peer whose underlay address is none, and write the others as the kernel does', () => {
    const peers = ['192.0.2.256', '', '::1', '192.000.002.003'].map((underlayAddress) => ({
      ...peer,
      underlayAddress,
    }));
    expect(desiredChains({ ...nothing, peers }, options).get('heddle-peers-192.0.2.0')).toEqual([
      '-s 192.0.2.3/32 -j RETURN',
      '-j DROP',
    ]);
  });

  it('let everything established in where connections outlive their policies', () => {
    const rules = desiredChains(nothing, { ...options, cutLive: false }).get('heddle-to');
    expect(rules?.[0]).toBe('-m conntrack --ctstate ESTABLISHED -j RETURN');
  });

  it('keep tunnels on the port they are told', () => {
    const rules = [...desiredChains(nothing, { ...options, vxlanPort: 8472 }).values()].flat();
    expect(rules.filter((rule) => rule.includes('8472'))).toHaveLength(2);
    expect(rules.filter((rule) => rule.includes('4789'))).toEqual([]);
  });
});

it('no name of a chain has more than the 28 characters iptables takes', () => {
  const address = '255.255.255.254';
  const state = { containers: [{ ...container, address }], peers: [{ ...peer, underlayAddress: address }] };
  const lengths = [...desiredChains(state, options).keys()].map((name) => name.length);
  expect(Math.max(...lengths)).toBe(28);
});

describe('one change', () => {
  const before: CellState = {
    containers: [container, { ...container, address: '10.255.1.200', tag: 13 }],
    peers: [],
  };
  const change = (after: CellState) =>
    atOnce(
      renderDelta(
        'filter',
        { chains: desiredChains(before, options), entrances: enteredFirst('filter') },
        desiredChains(after, options),
      ),
    ).text;

  it('of a policy writes the chain of its destination alone', () =>
    expect(change({ ...before, containers: [{ ...container, inbound: [rule] }, ...before.containers.slice(1)] }))
      .toBe(`*filter
:heddle-10.255.1.2 - [0:0]
-A heddle-10.255.1.2 -m conntrack --ctstate ESTABLISHED -m mark --mark 0x8000c -j RETURN
-A heddle-10.255.1.2 -p tcp -m mark --mark 0xb -m tcp --dport 8080 -g heddle-allowed
-A heddle-10.255.1.2 -g heddle-refuse
COMMIT
`));

  it('of the app an address belongs to is one transaction, of its mark and its permissions', () =>
    expect(
      change({ ...before, containers: [{ ...container, tag: 14, inbound: [rule] }, ...before.containers.slice(1)] }),
    ).toBe(`*filter
:heddle-from-10.255.1.0 - [0:0]
:heddle-10.255.1.2 - [0:0]
-A heddle-from-10.255.1.0 -s 10.255.1.2/32 -i s-010255001002 -j MARK --set-xmark 0xe/0xffffffff
-A heddle-from-10.255.1.0 -s 10.255.1.2/32 -i s-010255001002 -g heddle-answering
-A heddle-from-10.255.1.0 -j DROP
-A heddle-10.255.1.2 -m conntrack --ctstate ESTABLISHED -m mark --mark 0x8000e -j RETURN
-A heddle-10.255.1.2 -p tcp -m mark --mark 0xb -m tcp --dport 8080 -g heddle-allowed
-A heddle-10.255.1.2 -g heddle-refuse
COMMIT
`));
});

describe('the chain of a container', () => {
  it('has one rule for all ports of a tag and protocol', () =>
    expect(allowing({}, { start: 443, end: 443 }, { start: 1000, end: 2000 }, { protocol: 'udp' })).toEqual([
      '-p tcp -m mark --mark 0xb -m multiport --dports 443,1000:2000,8080 -g heddle-allowed',
      '-p udp -m mark --mark 0xb -m udp --dport 8080 -g heddle-allowed',
      '-g heddle-refuse',
    ]));

  it('writes a lone range as such', () =>
    expect(allowing({ start: 1, end: 65_535 })?.[0]).toBe(
      '-p tcp -m mark --mark 0xb -m tcp --dport 1:65535 -g heddle-allowed',
    ));

  it('begins another rule where the 15 ports of one are used up, of which a range takes two', () => {
    const single = (n: number) => ({ start: 10 * n, end: 10 * n });
    const fourteen = Array.from({ length: 14 }, (_, n) => single(n + 1));
    expect(allowing(...fourteen, { start: 1000, end: 1001 })).toEqual([
      '-p tcp -m mark --mark 0xb -m multiport --dports 10,20,30,40,50,60,70,80,90,100,110,120,130,140 -g heddle-allowed',
      '-p tcp -m mark --mark 0xb -m tcp --dport 1000:1001 -g heddle-allowed',
      '-g heddle-refuse',
    ]);
    expect(allowing(...fourteen, single(100))).toEqual([
      '-p tcp -m mark --mark 0xb -m multiport --dports 10,20,30,40,50,60,70,80,90,100,110,120,130,140,1000 -g heddle-allowed',
      '-g heddle-refuse',
    ]);
  });

  it('says once what policies say twice, joins what overlaps or touches, and does not care in which order they came', () => {
    const ranges = [{ start: 3, end: 9 }, { start: 1, end: 2 }, { start: 5, end: 6 }, { start: 5, end: 6 }, { tag: 2 }];
    const joined = [
      '-p tcp -m mark --mark 0x2 -m tcp --dport 8080 -g heddle-allowed',
      '-p tcp -m mark --mark 0xb -m tcp --dport 1:9 -g heddle-allowed',
      '-g heddle-refuse',
    ];
    expect(allowing(...ranges)).toEqual(joined);
    expect(allowing(...ranges.reverse())).toEqual(joined);
  });
});
