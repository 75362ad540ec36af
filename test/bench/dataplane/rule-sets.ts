import { execFileSync } from 'node:child_process';
import type { CellState, InboundRule } from '@heddle/calc';
import { hostInterfaceOf, openFirewall, type Firewall } from '@heddle/dataplane';
import type { NetworkNamespace } from '@heddle/testing';
import { DESTINATION, MEASURED_PORT, SOURCE } from './forwarding-cell';

/** What decides about packets on a cell. */
export interface RuleSet {
  /** Holds so many policies, the one that is measured last. */
  fill(policies: number): Promise<void>;
  /** Adds one policy, or takes it away again. */
  change(adds: boolean): Promise<void>;
  close(): Promise<void>;
}

const SOURCE_TAG = 65_000;
/** On so many containers policies are spread at most. */
const CONTAINERS = 100;
const CHANGED_PORT = 9999;

/** Policies of one container: each another app that may come in, 100 of them on a port. */
function inboundRules(policies: number): InboundRule[] {
  return Array.from({ length: Math.ceil(policies / 100) }, (_, i) => ({
    ...{ protocol: 'tcp' as const, start: 1000 + i, end: 1000 + i },
    tags: Array.from({ length: Math.min(100, policies - i * 100) }, (_, tag) => tag + 1),
  }));
}

const measured: InboundRule[] = (['tcp', 'udp'] as const).map((protocol) => ({
  ...{ protocol, start: MEASURED_PORT, end: MEASURED_PORT },
  tags: [SOURCE_TAG],
}));
const changed: InboundRule = { protocol: 'tcp', start: CHANGED_PORT, end: CHANGED_PORT, tags: [SOURCE_TAG] };

/** Who may reach whom, for both rule sets alike: addresses with their inbound rules, that of the measured container last. */
function policiesOf(count: number): { address: string; inbound: InboundRule[] }[] {
  const containers = Math.min(count, CONTAINERS);
  return Array.from({ length: containers }, (_, i) => {
    const inbound = inboundRules(Math.ceil((count * (i + 1)) / containers) - Math.ceil((count * i) / containers));
    return i < containers - 1
      ? { address: `10.255.1.${i + 10}`, inbound }
      : { address: DESTINATION, inbound: [...inbound, ...measured] };
  });
}

/** Heddle's, as the agent programs it. */
export async function heddleRules(namespace: NetworkNamespace): Promise<RuleSet> {
  const options = { dataplane: 'nftables', iptables: 'iptables', vxlanPort: 4789, cutLive: true } as const;
  const firewall: Firewall = await namespace.within(() => openFirewall(options));
  let filled: CellState = { containers: [], peers: [] };
  const more = (): CellState => ({
    ...filled,
    containers: filled.containers.map((each) =>
      each.address === DESTINATION ? { ...each, inbound: [...each.inbound, changed] } : each,
    ),
  });
  return {
    async fill(policies) {
      const inbound = [...policiesOf(policies), { address: SOURCE, inbound: [] }];
      filled = {
        peers: [],
        containers: inbound.map((each) => ({
          ...{ handle: each.address, hostInterface: hostInterfaceOf(each.address), ...each },
          tag: each.address === SOURCE ? SOURCE_TAG : 1,
        })),
      };
      await firewall.converge(filled);
    },
    change: async (adds) => void (await firewall.converge(adds ? more() : filled)),
    close: () => firewall.close(),
  };
}

/** Upstream's way: one rule for each policy in one chain, and for each change a new chain in the place of the old one. */
export function linearRules(namespace: NetworkNamespace, variant: 'iptables-nft' | 'iptables-legacy'): RuleSet {
  let rules: string[] = [];
  let generation = 0;
  const run = (command: string, args: string[], input = ''): void =>
    void execFileSync('ip', ['netns', 'exec', namespace.name, command, ...args], { input });
  const swap = (wanted: readonly string[]): void => {
    const [old, next] = [`vpa--${generation}`, `vpa--${++generation}`];
    run(variant, ['-N', next]);
    run(variant, ['-I', 'FORWARD', '1', '-j', next]);
    const appended = wanted.map((rule) => `-A ${next} ${rule}\n`).join('');
    run(`${variant}-restore`, ['--noflush'], `*filter\n${appended}COMMIT\n`);
    if (generation === 1) return;
    run(variant, ['-D', 'FORWARD', '-j', old]);
    run(variant, ['-F', old]);
    run(variant, ['-X', old]);
  };
  // What no policy accepts is refused behind the chain.
  run(variant, ['-A', 'FORWARD', '-d', '10.255.0.0/16', '-m', 'conntrack', '--ctstate', 'ESTABLISHED', '-j', 'ACCEPT']);
  run(variant, ['-A', 'FORWARD', '-d', '10.255.0.0/16', '-j', 'REJECT']);
  return {
    async fill(policies) {
      const marks = `-s ${SOURCE}/32 -j MARK --set-xmark ${SOURCE_TAG}/0xffffffff`;
      rules = [marks, ...policiesOf(policies).flatMap(({ address, inbound }) => acceptRules(address, inbound))];
      swap(rules);
    },
    change: async (adds) => swap(adds ? [...rules, ...acceptRules(DESTINATION, [changed])] : rules),
    close: () => Promise.resolve(),
  };
}

function acceptRules(address: string, inbound: readonly InboundRule[]): string[] {
  return inbound.flatMap(({ protocol, start, tags }) =>
    tags.map(
      (tag) => `-d ${address}/32 -p ${protocol} -m ${protocol} --dport ${start} -m mark --mark ${tag} -j ACCEPT`,
    ),
  );
}
