import { formatIpv4 } from '@heddle/domain';
import { LOG_PREFIXES, type OutsideOptions } from '../outside-options';
import { VTEP_NAME } from '../vxlan/vtep-link';

/** Matches what comes neither from a container nor from another cell. */
export const FROM_OUTSIDE = `iifname != "s-*" iifname != "${VTEP_NAME}"`;

/** The sets whose elements say who may go out where, and which ports lead in. */
export function renderOutsideSets({ connectionLimit }: OutsideOptions): string {
  const connecting = connectionLimit
    ? `  set connecting {
    type ifname . ipv4_addr . inet_service
    size 65536
    flags dynamic,timeout
    timeout ${Math.ceil(connectionLimit.atOnce / connectionLimit.perSecond)}s
  }
`
    : '';
  return `${connecting}  map common_reach {
    type ifname . ipv4_addr : verdict
    size 65536
  }
  map own_reach {
    type ifname . ipv4_addr : verdict
    size 65536
  }
  set masked {
    type ipv4_addr
    size 65536
  }
  map published {
    type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service
    size 65536
  }
  set targets {
    type ipv4_addr . inet_proto . inet_service
    size 65536
  }
`;
}

/**
 * The chains between containers and the world outside the overlay.
 *
 * - What a container sends out is looked up in two chains: what every container of its kind may reach, and what it may reach
 *   beside that (`reach-chain.ts`). Both are found by one lookup each, whatever the number of containers and of groups. What
 *   neither lets pass is refused.
 * - Only answers pass without being looked up; without `cutLive` whatever is established does. With it, a group that is tightened
 *   also ends what is open.
 * - Connections that are too many are counted for each container, address and port by the kernel; a dry run counts and logs them and
 *   goes on.
 * - It goes out under the address of the cell (`masquerading`), but for where containers are to be seen as they are.
 * - What comes to a published port of the cell goes on to the container, and is let in there because it came this way. From another
 *   container it does not: between containers policies decide.
 * - Of its own cell a container reaches the services named, and nothing else.
 */
export function renderOutsideChains(options: OutsideOptions & { readonly cutLive: boolean }): string {
  const {
    cutLive,
    connectionLimit: limit,
    hostServices = [],
    logAll = false,
    refusalsLoggedPerSecond = 1,
    datagramsLoggedPerSecond = 100,
    unmasked = [],
  } = options;
  const asTheyAre = unmasked.map(({ start, end }) => `${formatIpv4(start)}-${formatIpv4(end)}`);
  const services = hostServices.map(({ address, protocol, port }) => `${address} . ${protocol} . ${port}`).sort();
  const limited = (perSecond: number) => `limit rate ${perSecond}/second burst ${perSecond} packets`;
  const lines = (...given: readonly (string | false)[]) =>
    given.flatMap((line) => (line === false ? [] : [`    ${line}\n`])).join('');
  return `  chain cell_input {
    type filter hook input priority filter - 5; policy accept;
    iifname "s-*" goto to_cell
  }
  chain to_cell {
${lines(
  'iifname . ip saddr != @senders counter drop',
  'ct state established,related accept',
  services.length > 0 && `ip daddr . meta l4proto . th dport { ${services.join(', ')} } accept`,
  'counter reject with icmp type port-unreachable',
)}  }
  chain outward {
${lines(
  cutLive ? 'ct direction reply ct state established accept' : 'ct state established accept',
  'ct state related accept',
  'meta l4proto tcp ct state invalid counter drop',
  limit !== undefined &&
    `meta l4proto tcp ct state new update @connecting { iifname . ip daddr . th dport limit rate over ${limit.perSecond}/second burst ${limit.atOnce} packets } jump too_many`,
  'iifname . ip saddr vmap @common_reach',
  'iifname . ip saddr vmap @own_reach',
  'goto refused',
)}  }
  chain passed {
    ${logAll ? 'goto logged' : 'accept'}
  }
  chain logged {
    meta l4proto != udp ct state invalid,new,untracked counter log prefix "${LOG_PREFIXES.allowed}"
    meta l4proto udp ${limited(datagramsLoggedPerSecond)} counter log prefix "${LOG_PREFIXES.allowed}"
    accept
  }
  chain refused {
${lines(
  logAll && `${limited(refusalsLoggedPerSecond)} counter log prefix "${LOG_PREFIXES.refused}"`,
  'ct state established meta l4proto tcp counter reject with tcp reset',
  'counter reject with icmp type port-unreachable',
)}  }
${
  limit
    ? `  chain too_many {
${lines(
  (logAll || limit.isDry) && `${limited(refusalsLoggedPerSecond)} log prefix "${LOG_PREFIXES.tooMany}"`,
  limit.isDry ? 'counter' : 'counter reject with icmp type port-unreachable',
)}  }
`
    : ''
}  chain masquerading {
    type nat hook postrouting priority srcnat; policy accept;
${lines(
  asTheyAre.length > 0 && `ip daddr { ${asTheyAre.join(', ')} } return`,
  `ip saddr @masked oifname != "s-*" oifname != "${VTEP_NAME}" masquerade`,
)}  }
  chain arriving {
    type nat hook prerouting priority dstnat; policy accept;
    ${FROM_OUTSIDE} dnat ip to ip daddr . meta l4proto . th dport map @published
  }
`;
}
