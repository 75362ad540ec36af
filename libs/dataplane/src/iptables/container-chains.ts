import type { Allowance, Sender } from '@heddle/calc';
import { joinRanges } from '../nft/port-ranges';
import type { Chains } from './chains';

/** The chain that answers what may not pass: a reset for TCP, ICMP port unreachable for the rest. */
const REFUSE_CHAIN = 'heddle-refuse';

/** Leads there. */
export const REFUSE = `-g ${REFUSE_CHAIN}`;

/** How many ports one rule of `multiport` holds; a range counts twice. */
const PORTS_PER_RULE = 15;

/** Who may come in to each address. */
export interface ContainerChains {
  readonly chains: Chains;
  /** The rule that leads to the chain of each address. */
  readonly ways: ReadonlyMap<string, readonly string[]>;
}

/** A chain for each container's address, and the one they all end in. */
export function containerChains(senders: readonly Sender[], allowances: readonly Allowance[]): ContainerChains {
  const allowed = new Map<string, Allowance[]>(senders.map(({ address }) => [address, []]));
  for (const allowance of allowances) {
    const known = allowed.get(allowance.address);
    if (known) known.push(allowance);
    else allowed.set(allowance.address, [allowance]);
  }
  const refuse = ['-p tcp -j REJECT --reject-with tcp-reset', '-j REJECT --reject-with icmp-port-unreachable'];
  const chains = new Map<string, readonly string[]>([[REFUSE_CHAIN, refuse]]);
  const ways = new Map<string, readonly string[]>();
  for (const [address, inbound] of allowed) {
    const chain = `heddle-${address}`;
    chains.set(chain, [...inboundRules(inbound), REFUSE]);
    ways.set(address, [`-d ${address}/32 -g ${chain}`]);
  }
  return { chains, ways };
}

/** One rule for each tag and protocol, while its ports find room in it; in the order of the tags, whatever order they came in. */
function inboundRules(inbound: readonly Allowance[]): string[] {
  const groups = new Map<string, Allowance[]>();
  for (const range of joinRanges(inbound)) {
    const key = `${range.tag} ${range.protocol}`;
    const group = groups.get(key);
    if (group) group.push(range);
    else groups.set(key, [range]);
  }
  return [...groups.values()]
    .flatMap(splitByRoom)
    .sort(([a], [b]) => a.tag - b.tag || compare(a.protocol, b.protocol) || a.start - b.start)
    .map(inboundRule);
}

type Ranges = readonly [Allowance, ...Allowance[]];

/** Ranges of one tag and protocol, in as few rules as hold them. */
function splitByRoom(ranges: readonly Allowance[]): Ranges[] {
  const rules: [Allowance, ...Allowance[]][] = [];
  let room = 0;
  for (const range of ranges) {
    const needed = range.start === range.end ? 1 : 2;
    const last = rules.at(-1);
    if (last && needed <= room) last.push(range);
    else rules.push([range]);
    room = (last && needed <= room ? room : PORTS_PER_RULE) - needed;
  }
  return rules;
}

/** The tag is looked at before the ports, so most rules cost one comparison. */
function inboundRule(ranges: Ranges): string {
  const [{ tag, protocol }] = ranges;
  const ports = ranges.map(({ start, end }) => (start === end ? `${start}` : `${start}:${end}`));
  const match = ports.length === 1 ? `-m ${protocol} --dport ${ports[0]}` : `-m multiport --dports ${ports.join(',')}`;
  return `-p ${protocol} -m mark --mark 0x${tag.toString(16)} ${match} -j RETURN`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
