import { createHash } from 'node:crypto';
import type { Box, Places, Range, Reach } from '@heddle/calc';
import type { Chains } from './chains';
import { destinationRule } from './destination-rule';
import { portMatches } from './port-matches';

/** Where chains of reaches lead. A packet that may pass comes back with a mark, for it has to be told from one that nothing matched. */
export interface ReachTargets {
  readonly refused: string;
  readonly logged: string;
  readonly passed: string;
  /** Matches what may pass already. */
  readonly hasPassed: string;
}

/** A chain with those that it leads to. */
export interface ChainTree {
  readonly name: string;
  readonly chains: Chains;
}

/** What the names of chains begin with that say what containers may reach outside the overlay. */
const REACH_PREFIX = 'heddle-may-';

/** So many rules are compared one after the other before there is another level. */
const RULES_PER_LEVEL = 16;

/** Of each type of ICMP; the numbers of a type follow each other. */
const CODES = 256;

/** iptables takes this type for any, and there is none of this number. */
const ANY_TYPE = 255;

/** Some rules, and the addresses that packets they match can go to. */
interface Place {
  readonly addresses: Range;
  readonly rule: string;
}

/**
 * The chains that say what a reach allows; `null` where it says nothing. Each is named by what it says, so that equal ones are
 * one, and none ever changes. Rules are found by address, in a tree whose branches may overlap: a packet visits each that it could be in.
 */
export function reachChains({ denied, logged, allowed }: Reach, targets: ReachTargets): ChainTree | null {
  const chains = new Map<string, readonly string[]>();
  const deniedRules = branches(
    denied.map((addresses) => ({ addresses, rule: destinationRule({ addresses }, targets.refused) })),
    chains,
  );
  const loggedRules = branches(placesOf(logged, targets.logged), chains);
  const allowedRules = branches(placesOf(allowed, targets.passed), chains);
  // What is logged is among what is allowed, and would be let pass a second time.
  const enough = loggedRules.length > 0 ? [`${targets.hasPassed} -j RETURN`] : [];
  const rules = [...deniedRules, ...loggedRules, ...enough, ...allowedRules];
  return rules.length === 0 ? null : { name: named(REACH_PREFIX, rules, chains), chains };
}

/** Keeps a chain under the name that follows from its rules. */
export function named(prefix: string, rules: readonly string[], chains: Map<string, readonly string[]>): string {
  const name = prefix + createHash('sha256').update(rules.join('\n')).digest('hex').slice(0, 16);
  chains.set(name, rules);
  return name;
}

/** As few rules as one level takes, which lead to the others. */
function branches(places: readonly Place[], chains: Map<string, readonly string[]>): string[] {
  let level = places.toSorted((a, b) => a.addresses.start - b.addresses.start);
  while (level.length > RULES_PER_LEVEL) {
    const above: Place[] = [];
    for (let at = 0; at < level.length; at += RULES_PER_LEVEL) {
      const some = level.slice(at, at + RULES_PER_LEVEL);
      const chain = named(
        REACH_PREFIX,
        some.map(({ rule }) => rule),
        chains,
      );
      const addresses = {
        start: Math.min(...some.map((each) => each.addresses.start)),
        end: Math.max(...some.map((each) => each.addresses.end)),
      };
      above.push({ addresses, rule: destinationRule({ addresses }, `-j ${chain}`) });
    }
    level = above;
  }
  return level.map(({ rule }) => rule);
}

function placesOf({ all, tcp, udp, icmp }: Places, target: string): Place[] {
  const ofPorts = (protocol: 'tcp' | 'udp', boxes: readonly Box[]): Place[] =>
    byAddresses(boxes).flatMap(({ addresses, numbers }) =>
      portMatches(protocol, numbers).map(({ match }) => ({
        addresses,
        rule: destinationRule({ addresses, protocol, match }, target),
      })),
    );
  return [
    ...all.map((addresses) => ({ addresses, rule: destinationRule({ addresses }, target) })),
    ...ofPorts('tcp', tcp),
    ...ofPorts('udp', udp),
    ...icmp.flatMap(({ addresses, numbers }) =>
      icmpMatches(numbers).map((match) => ({
        addresses,
        rule: destinationRule({ addresses, protocol: 'icmp', match }, target),
      })),
    ),
  ];
}

/** The numbers of boxes with the same addresses, together. */
function byAddresses(boxes: readonly Box[]): { readonly addresses: Range; readonly numbers: readonly Range[] }[] {
  const found = new Map<string, { addresses: Range; numbers: Range[] }>();
  for (const { addresses, numbers } of boxes) {
    const key = `${addresses.start}-${addresses.end}`;
    const same = found.get(key);
    if (same) same.numbers.push(numbers);
    else found.set(key, { addresses, numbers: [numbers] });
  }
  return [...found.values()];
}

/** What matches these types and codes: everything, whole types, and single codes. */
function icmpMatches({ start, end }: Range): string[] {
  if (start === 0 && end === CODES * CODES - 1) return [''];
  const matches: string[] = [];
  for (let number = start; number <= end;) {
    const [type, code] = [number >> 8, number % CODES];
    if (type === ANY_TYPE) break;
    const isWhole = code === 0 && number + CODES - 1 <= end;
    matches.push(`-m icmp --icmp-type ${type}${isWhole ? '' : `/${code}`}`);
    number += isWhole ? CODES : 1;
  }
  return matches;
}
