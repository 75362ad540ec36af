import type { CellState, GuardedContainer } from '@heddle/calc';
import type { Steps } from '@heddle/domain';
import { canonicalIpv4 } from '../canonical-ipv4';
import type { OutsideOptions } from '../outside-options';
import { VTEP_NAME } from '../vxlan/vtep-link';
import { addressTree } from './address-tree';
import { ENTRANCES, type Chains, type OfTables } from './chains';
import { containerChains, REFUSE } from './container-chains';
import { ANSWERS, markChains, SEND, tagWith } from './marks';
import { natChains } from './nat-chains';
import { CELL, OUT, outwardChains, PUBLISHED } from './outward-chains';

/** What the static part of the chains depends on. */
export interface ChainOptions extends OutsideOptions {
  /** UDP port of the tunnels. */
  readonly vxlanPort: number;
  /** Whether a revoked permission also ends the connections it allowed. */
  readonly cutLive: boolean;
}

const FROM = 'heddle-from';
const TO = 'heddle-to';
const PEERS = 'heddle-peers';

/** The chains that a state asks for, of each table. */
export function* desiredChains(state: CellState, options: ChainOptions): Steps<OfTables<Chains>> {
  return { nat: natChains(state.outside ?? [], options), filter: yield* filterChains(state, options) };
}

/**
 * The chains of `filter`: the verdicts of the nftables table, said in iptables.
 *
 * How a packet goes: what a container sends is checked for its source and gets the tag of its app as mark (`heddle-from`);
 * between cells VXLAN-GBP carries the mark; what goes to a container, from this cell or another, comes by `heddle-to` into
 * the chain of its address, which knows who may come in. A packet that may pass returns to the chain it came from, where
 * other rules of the host can still refuse it.
 *
 * - Everything that decides is in the table `filter`, the marks too, so that one `iptables-restore` is one transaction: an address that moves to
 *   another app changes its mark and its permissions at the same moment.
 * - Fails closed: everything forwarded to a container's interface (`s-+`) goes through `heddle-to`, so an address without rules
 *   receives nothing. From a container comes only what has its address on its interface.
 * - Only answers pass without being looked up, known by the same marks as with nftables, so that cells of both kinds hear each
 *   other. Each packet of the one who opened the connection is looked up anew; without `cutLive` what is established passes.
 * - Tunnel packets are taken from the other cells alone, and from no container.
 * - What goes neither to a container nor into the tunnels leaves the overlay, and security groups decide (`outward-chains.ts`).
 */
function* filterChains({ containers, peers, outside = [] }: CellState, options: ChainOptions): Steps<Chains> {
  const { vxlanPort, cutLive } = options;
  const toTunnel = `-p udp -m udp --dport ${vxlanPort}`;
  const inbound = yield* containerChains(containers);
  const from = addressTree({
    name: FROM,
    match: '-s',
    leaves: new Map(containers.map(senderRules)),
    otherwise: '-j DROP',
  });
  const to = addressTree({ name: TO, match: '-d', leaves: inbound.ways, otherwise: REFUSE });
  const tunnel = addressTree({ name: PEERS, match: '-s', leaves: peerRules(peers), otherwise: '-j DROP' });
  return new Map<string, readonly string[]>([
    [ENTRANCES.filter.INPUT, [`${toTunnel} -g ${PEERS}`, `-i s-+ -j ${FROM}`, `-i s-+ -g ${CELL}`]],
    [PEERS, ['-i s-+ -j DROP', ...tunnel.rules, '-j DROP']],
    ...tunnel.chains,
    [
      ENTRANCES.filter.FORWARD,
      [`-i s-+ -j ${FROM}`, ...fromOutside(), `-o s-+ -g ${TO}`, `-i s-+ ! -o ${VTEP_NAME} -g ${OUT}`],
    ],
    [FROM, [`${toTunnel} -j DROP`, ...from.rules, '-j DROP']],
    ...from.chains,
    [
      TO,
      [
        ...(cutLive ? ANSWERS_ONLY : ['-m conntrack --ctstate ESTABLISHED -j RETURN']),
        '-m conntrack --ctstate RELATED -j RETURN',
        ...to.rules,
        REFUSE,
      ],
    ],
    ...to.chains,
    ...markChains(),
    ...inbound.chains,
    ...outwardChains(outside, options),
  ]);
}

/** A reset passes on what was established, for the end that gets one should know that it is over. */
const ANSWERS_ONLY = [
  `-p tcp -m conntrack --ctstate ESTABLISHED ${ANSWERS} -j RETURN`,
  '-p tcp -m conntrack --ctstate ESTABLISHED -m tcp --tcp-flags RST RST -j RETURN',
];

/** What comes neither from a container nor from another cell carries no mark, so there this cell alone says what answers. */
function fromOutside(): string[] {
  return [
    ...['s-+', VTEP_NAME].map((overlay) => `-i ${overlay} -o s-+ -g ${TO}`),
    '-o s-+ -m conntrack --ctstate ESTABLISHED --ctdir REPLY -j RETURN',
    `-o s-+ -m conntrack --ctstate DNAT -g ${PUBLISHED}`,
  ];
}

/** An app without a tag sends unmarked: its destination refuses it at once, and the caller sees a refusal, not a time-out. */
function senderRules({ hostInterface, address, tag }: GuardedContainer): [string, string[]] {
  const own = `-s ${address}/32 -i ${hostInterface}`;
  const mark = tag === null ? [] : [`${own} ${tagWith(tag)}`];
  return [address, [...mark, `${own} ${SEND}`]];
}

/** A peer whose underlay address is none is left out: one malformed lease must not keep every other change from the kernel. */
function peerRules(peers: CellState['peers']): Map<string, string[]> {
  const addresses = peers.flatMap(({ underlayAddress }) => canonicalIpv4(underlayAddress) ?? []);
  return new Map(addresses.map((address) => [address, [`-s ${address}/32 -j RETURN`]]));
}
