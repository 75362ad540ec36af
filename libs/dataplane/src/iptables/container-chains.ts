import { isIPv4 } from 'node:net';
import { joinRanges, portsOf, type Allowance, type GuardedContainer, type PortChange } from '@heddle/calc';
import { eachOf, type Steps } from '@heddle/domain';
import type { Chains } from './chains';
import { ALLOW, answersTo, sentBy } from './marks';
import { portMatches } from './port-matches';

/** The chain that answers what may not pass: a reset for TCP, ICMP port unreachable for the rest. */
const REFUSE_CHAIN = 'heddle-refuse';

/** Leads there. */
export const REFUSE = `-g ${REFUSE_CHAIN}`;

/** What the name of the chain of each address begins with. */
const CONTAINER_PREFIX = 'heddle-';

/** Who may come in to each address. */
export interface ContainerChains {
  readonly chains: Chains;
  /** The rule that leads to the chain of each address. */
  readonly ways: ReadonlyMap<string, readonly string[]>;
}

/** A chain for each container's address, and the one they all end in. */
export function* containerChains(containers: readonly GuardedContainer[]): Steps<ContainerChains> {
  const refuse = ['-p tcp -j REJECT --reject-with tcp-reset', '-j REJECT --reject-with icmp-port-unreachable'];
  const chains = new Map<string, readonly string[]>([[REFUSE_CHAIN, refuse]]);
  const ways = new Map<string, readonly string[]>();
  for (const container of containers) {
    const chain = `${CONTAINER_PREFIX}${container.address}`;
    chains.set(chain, [...answerRules(container), ...(yield* inboundRules(container)), REFUSE]);
    ways.set(container.address, [`-d ${container.address}/32 -g ${chain}`]);
  }
  return { chains, ways };
}

/** Datagrams know no handshake, so of what answers only that is taken which is for the app that opened the flow. */
function answerRules({ tag }: GuardedContainer): string[] {
  return tag === null ? [] : [`-m conntrack --ctstate ESTABLISHED ${answersTo(tag)} -j RETURN`];
}

/** What rules let in that were in some chains and are in others no more; the inverse of {@link containerChains}. */
export function* removedPorts(from: Chains, to: Chains): Generator<Allowance> {
  for (const [name, rules] of from) {
    const address = name.slice(CONTAINER_PREFIX.length);
    if (!isIPv4(address)) continue;
    const stay = new Set(to.get(name));
    for (const rule of rules) if (!stay.has(rule)) yield* portsIn(address, rule);
  }
}

/** A rule of {@link inboundRule}, whatever it does with what it matches. */
const INBOUND = /^-p (tcp|udp) -m mark --mark (0x[0-9a-f]+) .*--dports? (\S+)/;

function portsIn(address: string, rule: string): Allowance[] {
  const [, protocol, tag, ports = ''] = INBOUND.exec(rule) ?? [];
  if (protocol === undefined) return [];
  return ports.split(',').map((range) => {
    const [start, end = start] = range.split(':').map(Number) as [number, number?];
    return { address, tag: Number(tag), protocol: protocol as Allowance['protocol'], start, end };
  });
}

/** One rule for each tag and protocol, while its ports find room in it; in the order of the tags, whatever order they came in. */
function* inboundRules(container: GuardedContainer): Steps<string[]> {
  const rules: { tag: number; protocol: string; start: number; text: string }[] = [];
  yield* eachOf(yield* portsOf(container), ({ tag, protocol, after }) => {
    for (const { start, match } of portMatches(protocol, joinRanges(after)))
      rules.push({ tag, protocol, start, text: inboundRule({ tag, protocol }, match) });
  });
  return rules
    .sort((a, b) => a.tag - b.tag || compare(a.protocol, b.protocol) || a.start - b.start)
    .map(({ text }) => text);
}

/** The tag is looked at before the ports, so most rules cost one comparison. */
function inboundRule({ tag, protocol }: Pick<PortChange, 'tag' | 'protocol'>, match: string): string {
  return `-p ${protocol} ${sentBy(tag)} ${match} ${ALLOW}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
