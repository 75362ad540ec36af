import type { OutwardContainer } from '@heddle/calc';
import { LOG_PREFIXES, type OutsideOptions } from '../outside-options';
import { addressTree } from './address-tree';
import type { Chains } from './chains';
import { HAS_PASSED, LET_OUT, NOT_YET_PASSED } from './marks';
import { atMost, moreThan } from './rates';
import { named, reachChains, type ChainTree, type ReachTargets } from './reach-chains';

/** What containers send outside goes through this chain. */
export const OUT = 'heddle-out';
/** What comes by a published port of the cell goes through this one. */
export const PUBLISHED = 'heddle-published';
/** What containers send to their own cell goes through this one. */
export const CELL = 'heddle-cell';

const PASSED = 'heddle-passed';
const LOGGED = 'heddle-logged';
const REFUSED = 'heddle-refused';
const TOO_MANY = 'heddle-too-many';

/** Leads to the answer that what goes outside gets when it may not. */
const REFUSE_OUT = `-g ${REFUSED}`;

const TARGETS: ReachTargets = {
  refused: REFUSE_OUT,
  logged: `-g ${LOGGED}`,
  passed: `-g ${PASSED}`,
  hasPassed: HAS_PASSED,
};

const PORT_UNREACHABLE = '-j REJECT --reject-with icmp-port-unreachable';

type OutwardOptions = OutsideOptions & { readonly cutLive: boolean };

/**
 * The chains of `filter` between containers and the world outside the overlay: the verdicts of the nftables table, said in iptables.
 *
 * - What a container sends out is found by its address, which leads to its way out: a chain that asks what every container of its kind
 *   may reach, then what it may reach beside that. Containers that may reach the same share all of it.
 * - What may pass is marked, and returns; the mark also says that the address of the cell is to be written into it (`nat-chains.ts`). So
 *   what is let out and what is translated are one transaction.
 * - Only answers pass without being looked up; without `cutLive` whatever is established does.
 * - Connections that are too many are counted for each address of a container, and address and port outside, by the kernel.
 */
export function outwardChains(outside: readonly OutwardContainer[], options: OutwardOptions): Chains {
  const { cutLive, connectionLimit } = options;
  const { leaves, chains } = waysOut(outside);
  const out = addressTree({ name: OUT, match: '-s', leaves, otherwise: REFUSE_OUT });
  const published = addressTree({
    ...{ name: 'heddle-pub', match: '-d', leaves: new Map(outside.flatMap(targetRules)) },
    otherwise: '-g heddle-to',
  });
  return new Map<string, readonly string[]>([
    [
      OUT,
      [
        NOT_YET_PASSED,
        `-m conntrack --ctstate ESTABLISHED${cutLive ? ' --ctdir REPLY' : ''} -j RETURN`,
        '-m conntrack --ctstate RELATED -j RETURN',
        '-p tcp -m conntrack --ctstate INVALID -j DROP',
        ...(connectionLimit ? [`-p tcp -m conntrack --ctstate NEW ${moreThan(connectionLimit)} -j ${TOO_MANY}`] : []),
        ...out.rules,
        REFUSE_OUT,
      ],
    ],
    ...out.chains,
    ...chains,
    ...verdictChains(options),
    [PUBLISHED, [...published.rules, '-g heddle-to']],
    ...published.chains,
    [CELL, cellRules(options)],
  ]);
}

/** Where the packets of each container go, and the chains that they go through. */
function waysOut(outside: readonly OutwardContainer[]): {
  readonly leaves: ReadonlyMap<string, readonly string[]>;
  readonly chains: Chains;
} {
  const chains = new Map<string, readonly string[]>();
  const leaves = new Map<string, readonly string[]>();
  for (const { address, common, own } of outside) {
    const reaches = [common, own].flatMap((reach) => treeOf(reach) ?? []);
    if (reaches.length === 0) continue;
    for (const { chains: some } of reaches) for (const [name, rules] of some) chains.set(name, rules);
    const asks = reaches.flatMap(({ name }) => [`-j ${name}`, `${HAS_PASSED} -j RETURN`]);
    leaves.set(address, [`-s ${address}/32 -g ${named('heddle-way-', [...asks, REFUSE_OUT], chains)}`]);
  }
  return { leaves, chains };
}

const trees = new WeakMap<OutwardContainer['common'], { readonly tree: ChainTree | null }>();

/** A reach never changes, and many containers have the same. */
function treeOf(reach: OutwardContainer['common']): ChainTree | null {
  const known = trees.get(reach) ?? { tree: reachChains(reach, TARGETS) };
  trees.set(reach, known);
  return known.tree;
}

function verdictChains({
  logAll = false,
  refusalsLoggedPerSecond = 1,
  datagramsLoggedPerSecond = 100,
  connectionLimit,
}: OutwardOptions): [string, string[]][] {
  const log = (prefix: string): string => `-j LOG --log-prefix "${prefix}"`;
  const refusals = (prefix: string): string => `${atMost(refusalsLoggedPerSecond)} ${log(prefix)}`;
  const logged = [
    `! -p udp -m conntrack --ctstate INVALID,NEW,UNTRACKED ${log(LOG_PREFIXES.allowed)}`,
    `-p udp ${atMost(datagramsLoggedPerSecond)} ${log(LOG_PREFIXES.allowed)}`,
    LET_OUT,
  ];
  const tooMany = connectionLimit && [
    ...(logAll || connectionLimit.isDry ? [refusals(LOG_PREFIXES.tooMany)] : []),
    connectionLimit.isDry ? '-j RETURN' : PORT_UNREACHABLE,
  ];
  return [
    [PASSED, logAll ? logged : [LET_OUT]],
    [LOGGED, logged],
    [
      REFUSED,
      [
        ...(logAll ? [refusals(LOG_PREFIXES.refused)] : []),
        '-p tcp -m conntrack --ctstate ESTABLISHED -j REJECT --reject-with tcp-reset',
        PORT_UNREACHABLE,
      ],
    ],
    ...(tooMany ? [[TOO_MANY, tooMany] satisfies [string, string[]]] : []),
  ];
}

/** What may come in to a container by its published ports; for many ports of one address in a row. */
function targetRules({ address, published }: OutwardContainer): [string, string[]][] {
  const rules = published.map(
    ({ protocol, containerPort }) =>
      `-d ${address}/32 -p ${protocol} -m ${protocol} --dport ${containerPort} -j RETURN`,
  );
  return rules.length === 0 ? [] : [[address, [...new Set(rules)].sort()]];
}

/** Of its own cell a container reaches the services named, and nothing else. */
function cellRules({ hostServices = [] }: OutsideOptions): string[] {
  const services = hostServices.map(
    ({ address, protocol, port }) => `-d ${address}/32 -p ${protocol} -m ${protocol} --dport ${port} -j RETURN`,
  );
  return ['-m conntrack --ctstate RELATED,ESTABLISHED -j RETURN', ...services.sort(), PORT_UNREACHABLE];
}
