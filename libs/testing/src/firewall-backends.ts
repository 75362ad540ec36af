import { spawnSync } from 'node:child_process';
import { openFirewall, type Firewall, type OutsideOptions } from '@heddle/dataplane';
import { describeAsRoot } from './as-root';
import type { NetworkNamespace } from './namespaces';

/** Why a packet is dropped without an answer. */
export type DropReason =
  /** A container sends from an address that is not its own. */
  | 'forged source'
  /** A container sends into the tunnels of another cell. */
  | 'into a tunnel'
  /** A container sends into the tunnels of its own cell. */
  | 'into its own tunnel'
  /** Somebody who is no cell sends into the tunnels of this one. */
  | 'stranger';

/** A backend of the firewall, and how tests look at the kernel behind it. */
export interface TestedBackend {
  readonly name: string;
  /** Why it cannot work on this machine, if so. */
  whyNot(): string | null;
  /** Opens it in the network namespace this thread stands in. */
  open(options: OutsideOptions & { vxlanPort: number; cutLive: boolean }): Promise<Firewall>;
  /** Everything in the packet filter, Heddle's and foreign, without counters. */
  list(namespace: NetworkNamespace): string;
  /** Makes rules of somebody else's: one that stands before Heddle's, and something beside them. */
  addForeign(namespace: NetworkNamespace): void;
  /** Lets somebody else allow what Heddle does not: tag 12 to 10.255.1.3, TCP port 22. */
  tamper(namespace: NetworkNamespace): void;
  /** Lets somebody else open the way out for all, and leave its address as it is. */
  tamperOutside(namespace: NetworkNamespace): void;
  /** Lets somebody else remove everything there is. */
  flush(namespace: NetworkNamespace): void;
  /** How many packets were dropped for a reason. */
  dropped(namespace: NetworkNamespace, reason: DropReason): number;
}

/** The default. */
export const nftables: TestedBackend = {
  name: 'nftables',
  whyNot: () => null,
  open: (options) => openFirewall({ dataplane: 'nftables', iptables: 'iptables', ...options }),
  list: (namespace) => withOrderedSets(namespace.run('nft', '-s', 'list', 'ruleset')),
  addForeign: (namespace) =>
    namespace.run('nft', 'add table ip other; add set ip other kept { type mark; elements = { 7 }; }'),
  tamper: (namespace) => namespace.run('nft', 'add element ip heddle allow { 10.255.1.3 . 12 . tcp . 22 }'),
  tamperOutside: (namespace) => {
    namespace.run('nft', 'insert rule ip heddle refused accept');
    namespace.run('nft', 'flush chain ip heddle masquerading');
  },
  flush: (namespace) => namespace.run('nft', 'flush ruleset'),
  dropped: (namespace, reason) => {
    const [chain, rule] = {
      'forged source': ['from_container', '@senders'],
      'into a tunnel': ['from_container', 'udp dport'],
      'into its own tunnel': ['vtep_input', 'iifname'],
      stranger: ['vtep_input', '@peers'],
    }[reason] as [string, string];
    const listed = namespace.run('nft', 'list', 'chain', 'ip', 'heddle', chain).split('\n');
    return Number(/packets (\d+)/.exec(listed.find((line) => line.includes(rule)) ?? '')?.[1]);
  },
};

/** A set has no order: the kernel lists what its buckets happen to hold first. */
function withOrderedSets(listed: string): string {
  return listed.replace(/elements = \{([^}]*)\}/g, (_, elements: string) => {
    const each = elements.split(',').map((element) => element.trim().replace(/\s+/g, ' '));
    return `elements = {\n${each.sort().join(',\n')} }`;
  });
}

function iptables(variant: 'iptables-nft' | 'iptables-legacy'): TestedBackend {
  return {
    name: variant,
    whyNot: () => {
      const { status, stderr } = spawnSync(`${variant}-save`, ['-t', 'filter'], { encoding: 'utf8' });
      return status === 0 ? null : `${variant} does not work here: ${stderr.trim()}`;
    },
    open: (options) => openFirewall({ dataplane: 'iptables', iptables: variant, ...options }),
    list: (namespace) => namespace.run(`${variant}-save`).replace(/^#.*\n|\[\d+:\d+\]/gm, ''),
    addForeign: (namespace) => {
      namespace.run(variant, '-N', 'other');
      namespace.run(variant, '-A', 'other', '-m', 'mark', '--mark', '0x7', '-j', 'DROP');
      namespace.run(variant, '-I', 'FORWARD', '1', '-j', 'other');
      namespace.run(variant, '-A', 'INPUT', '-j', 'other');
      namespace.run(variant, '-t', 'nat', '-A', 'POSTROUTING', '-s', '10.255.9.9', '-j', 'MASQUERADE');
    },
    tamper: (namespace) => {
      const rule = '-p tcp -m mark --mark 12 -m tcp --dport 22 -j RETURN';
      namespace.run(variant, '-I', 'heddle-10.255.1.3', ...rule.split(' '));
    },
    tamperOutside: (namespace) => {
      namespace.run(variant, '-I', 'heddle-refused', '-j', 'RETURN');
      namespace.run(variant, '-t', 'nat', '-F', 'heddle-leaving');
      namespace.run(variant, '-t', 'nat', '-D', 'POSTROUTING', '-j', 'heddle-leaving');
    },
    flush: (namespace) => {
      for (const table of ['filter', 'nat']) for (const what of ['-F', '-X']) namespace.run(variant, '-t', table, what);
    },
    dropped: (namespace, reason) => {
      const rule = {
        'forged source': '-A heddle-from-10.255.1.0 -j DROP',
        'into a tunnel': '-A heddle-from -p udp -m udp --dport 4789 -j DROP',
        'into its own tunnel': '-A heddle-peers -i s-+ -j DROP',
        stranger: '-A heddle-peers -j DROP',
      }[reason];
      const listed = namespace.run(`${variant}-save`, '-c').split('\n');
      return Number(/^\[(\d+):/.exec(listed.find((line) => line.endsWith(`] ${rule}`)) ?? '')?.[1]);
    },
  };
}

/** Those for hosts without nftables. */
export const iptablesBackends: readonly TestedBackend[] = [iptables('iptables-nft'), iptables('iptables-legacy')];

/** A suite that every backend has to pass, each in its turn; one that this machine lacks is skipped, with the reason. */
export function describeEachBackend(
  name: string,
  suite: (backend: TestedBackend) => void,
  backends: readonly TestedBackend[] = [nftables, ...iptablesBackends],
): void {
  for (const backend of backends) describeAsRoot(`${name}, by ${backend.name}`, () => suite(backend), backend.whyNot);
}
