import { createHash } from 'node:crypto';
import type { Box, Places, Range, Reach } from '@heddle/calc';
import { formatIpv4 } from '@heddle/domain';

/** What the names of chains begin with that say what containers may reach outside the overlay. */
export const REACH_PREFIX = 'reach_';

/** What a rule of such a chain looks at, and where it leads: each has one rule at most, in this order. */
const REACH_RULES = [
  { places: 'denied', match: 'ip daddr', target: 'refused' },
  { places: 'logged ports', match: 'ip daddr . meta l4proto . th dport', target: 'logged' },
  { places: 'logged icmp', match: 'ip daddr . icmp type . icmp code', target: 'logged' },
  { places: 'logged all', match: 'ip daddr', target: 'logged' },
  { places: 'ports', match: 'ip daddr . meta l4proto . th dport', target: 'passed' },
  { places: 'icmp', match: 'ip daddr . icmp type . icmp code', target: 'passed' },
  { places: 'all', match: 'ip daddr', target: 'passed' },
] as const;

type ReachRule = (typeof REACH_RULES)[number];

/** What of a packet a rule looks at. */
export type ReachMatch = ReachRule['match'];

/** Of each type of ICMP; the numbers of a type follow each other. */
const CODES = 256;

/** The chain that says what a reach allows: its name, and its rules as lines; none where it allows and denies nothing. */
export interface ReachChain {
  readonly name: string;
  readonly text: string;
}

/** Each container is looked at with each change, and a text may have a thousand places. */
const chains = new WeakMap<Reach, ReachChain>();

/**
 * The chain of a reach. A reach has one text and a text one chain, whose name is made of it; so a chain never changes, and containers
 * that may reach the same share it. Cost per packet grows with no other reach.
 */
export function reachChain(reach: Reach): ReachChain {
  let chain = chains.get(reach);
  if (chain === undefined) {
    const text = reachText(reach);
    chain = { name: reachName(text), text };
    chains.set(reach, chain);
  }
  return chain;
}

function reachText({ denied, logged, allowed }: Reach): string {
  const places: Record<ReachRule['places'], string[]> = {
    denied: denied.map(addressText),
    'logged ports': portTexts(logged),
    'logged icmp': logged.icmp.flatMap(icmpTexts),
    'logged all': logged.all.map(addressText),
    ports: portTexts(allowed),
    icmp: allowed.icmp.flatMap(icmpTexts),
    all: allowed.all.map(addressText),
  };
  return REACH_RULES.map((rule) => reachRule(rule, places[rule.places])).join('');
}

/** One rule as a line; nothing where it is about no place. */
export function reachRule({ match, target }: Pick<ReachRule, 'match' | 'target'>, places: readonly string[]): string {
  return places.length === 0 ? '' : `${match} { ${places.toSorted().join(', ')} } goto ${target}\n`;
}

/** The name of the chain with these rules. */
export function reachName(text: string): string {
  return REACH_PREFIX + createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** Commands that make the chain with these rules. */
export function addReach(text: string, table: string): string {
  const name = reachName(text);
  const rules = text.replace(/^(?=.)/gm, `add rule ${table} ${name} `);
  return `add chain ${table} ${name}\n${rules}`;
}

/** Commands that remove it. */
export function deleteReach(text: string, table: string): string {
  const name = reachName(text);
  return `flush chain ${table} ${name}\ndelete chain ${table} ${name}\n`;
}

function portTexts({ tcp, udp }: Places): string[] {
  const ofProtocol = (protocol: string, boxes: readonly Box[]): string[] =>
    boxes.map(({ addresses, numbers }) => `${addressText(addresses)} . ${protocol} . ${rangeText(numbers)}`);
  return [...ofProtocol('tcp', tcp), ...ofProtocol('udp', udp)];
}

/** The codes of one type, or all codes of many: what a box covers beside whole types is split by type. */
function icmpTexts({ addresses, numbers: { start, end } }: Box): string[] {
  const texts: string[] = [];
  for (let first = start; first <= end;) {
    const isWhole = first % CODES === 0 && end - first >= CODES - 1;
    const last = isWhole ? end - ((end + 1) % CODES) : Math.min(end, first - (first % CODES) + CODES - 1);
    const types = { start: first >> 8, end: last >> 8 };
    const codes = { start: first % CODES, end: last % CODES };
    texts.push(`${addressText(addresses)} . ${rangeText(types)} . ${rangeText(codes)}`);
    first = last + 1;
  }
  return texts;
}

function addressText({ start, end }: Range): string {
  return `${formatIpv4(start)}-${formatIpv4(end)}`;
}

function rangeText({ start, end }: Range): string {
  return `${start}-${end}`;
}
