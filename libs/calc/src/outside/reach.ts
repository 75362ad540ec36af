import type { GroupRule } from '../inputs';
import { disjoint, type Box } from './boxes';
import { joinRanges, type Range } from './ranges';
import { readRule, type ReadRule } from './read-rule';

/** Places outside the overlay. Nothing in here overlaps, and what two lists cover alike is written alike. */
export interface Places {
  /** Whatever is sent there. */
  readonly all: readonly Range[];
  /** Some ports there. */
  readonly tcp: readonly Box[];
  readonly udp: readonly Box[];
  /** Some types and codes of ICMP, as numbers of `icmpNumber`. */
  readonly icmp: readonly Box[];
}

/** What containers may reach outside the overlay. One that many containers share is one object. */
export interface Reach {
  /** Addresses that are refused, whatever is allowed. */
  readonly denied: readonly Range[];
  /** What is allowed and written into the log. */
  readonly logged: Places;
  /** What is allowed; what is in `logged` as well is logged. */
  readonly allowed: Places;
}

/** A list of rules with a name. */
export interface NamedRules {
  readonly name: string;
  readonly rules: readonly GroupRule[];
}

/** What lists of rules allow, and which of the rules could not be taken: a sentence each. */
export interface ReachReading {
  readonly reach: Reach;
  readonly leftOut: readonly string[];
}

/**
 * The kernel takes some 25 µs for one box, and refuses none of these; what a list needs beyond that is left out of it, last rules
 * first, so that one list can neither hold up nor hinder everything else. The largest groups in use have some thousand rules.
 */
const MOST_BOXES = 16_384;

/** Reads what lists of rules allow together, beside what is denied. A rule that cannot be understood is left out alone. */
export function reachOf(groups: readonly NamedRules[], denied: readonly Range[] = []): ReachReading {
  const leftOut: string[] = [];
  let taken: { readonly log: boolean; readonly read: ReadRule }[] = [];
  for (const { name, rules } of groups)
    for (const [i, rule] of rules.entries()) {
      const read = readRule(rule);
      if (typeof read === 'string') leftOut.push(`rule ${i} of the security group '${name}' is left out: ${read}`);
      else taken.push({ log: rule.log, read });
    }
  for (;;) {
    const allowed = placesOf(taken.map(({ read }) => read));
    const logged = placesOf(taken.flatMap(({ log, read }) => (log ? read : [])));
    if (allowed && logged) return { reach: { denied: joinRanges(denied), logged, allowed }, leftOut };
    const kept = Math.floor(taken.length / 2);
    leftOut.push(
      `${taken.length - kept} of ${taken.length} rules of ${groups.map(({ name }) => `'${name}'`).join(', ')} are left out: together they take more than ${MOST_BOXES} places in the kernel`,
    );
    taken = taken.slice(0, kept);
  }
}

/** `null` where that is too much. */
function placesOf(rules: readonly ReadRule[]): Places | null {
  const cover = (protocol: ReadRule['protocol']): Box[] | null => {
    const boxes = rules
      .filter((rule) => rule.protocol === protocol)
      .flatMap(({ addresses, numbers }) =>
        addresses.flatMap((each) => numbers.map((some) => ({ addresses: each, numbers: some }))),
      );
    return disjoint(boxes, MOST_BOXES);
  };
  const [all, tcp, udp, icmp] = [cover('all'), cover('tcp'), cover('udp'), cover('icmp')];
  if (!all || !tcp || !udp || !icmp) return null;
  return { all: all.map(({ addresses }) => addresses), tcp, udp, icmp };
}
