import { blockSize, formatIpv4, parseIpv4 } from '@heddle/domain';
import { z } from 'zod';
import { REACH_PREFIX, reachName, reachRule, type ReachMatch } from './reach-chain';

const numbers = z.union([
  z.number().transform((number) => `${number}-${number}`),
  z.object({ range: z.tuple([z.number(), z.number()]) }).transform(({ range }) => range.join('-')),
]);
const addresses = z.union([
  z.ipv4().transform((address) => `${address}-${address}`),
  z.object({ range: z.tuple([z.ipv4(), z.ipv4()]) }).transform(({ range }) => range.join('-')),
  z.object({ prefix: z.object({ addr: z.ipv4(), len: z.int() }) }).transform(({ prefix: { addr, len } }) => {
    const last = parseIpv4(addr) + blockSize({ base: 0, prefixLength: len }) - 1;
    return `${addr}-${formatIpv4(last)}`;
  }),
]);
/** `IPPROTO_TCP` and `IPPROTO_UDP`. */
const protocol = z.literal([6, 17]).transform((number) => (number === 6 ? 'tcp' : 'udp'));
/** How nft lists what a rule looks at, and each of its places. */
const LISTED: Readonly<Record<ReachMatch, { readonly left: string; readonly place: z.ZodType<string> }>> = {
  'ip daddr': { left: '{"payload":{"protocol":"ip","field":"daddr"}}', place: addresses },
  'ip daddr . meta l4proto . th dport': {
    left: '{"concat":[{"payload":{"protocol":"ip","field":"daddr"}},{"meta":{"key":"l4proto"}},{"payload":{"protocol":"th","field":"dport"}}]}',
    place: z.object({ concat: z.tuple([addresses, protocol, numbers]) }).transform((each) => each.concat.join(' . ')),
  },
  'ip daddr . icmp type . icmp code': {
    left: '{"concat":[{"payload":{"protocol":"ip","field":"daddr"}},{"payload":{"protocol":"icmp","field":"type"}},{"payload":{"protocol":"icmp","field":"code"}}]}',
    place: z.object({ concat: z.tuple([addresses, numbers, numbers]) }).transform((each) => each.concat.join(' . ')),
  },
};

const reachExpression = z.tuple([
  z.object({ match: z.object({ op: z.literal('=='), left: z.unknown(), right: z.unknown() }) }),
  z.object({ goto: z.object({ target: z.enum(['refused', 'logged', 'passed']) }) }),
]);
/** nft makes a plain comparison of a set of one. */
const placesIn = (right: unknown): unknown[] =>
  z.object({ set: z.array(z.unknown()) }).safeParse(right).data?.set ?? [right];

const entry = z.looseObject({
  chain: z.looseObject({ name: z.string() }).optional(),
  rule: z.looseObject({ chain: z.string(), expr: z.unknown() }).optional(),
});

/** The chains of reaches in a table. */
export interface ListedReaches {
  /** The text of each, as `reachChain` has it. */
  readonly texts: ReadonlySet<string>;
  /** Whether each is what its name says. */
  readonly areUntouched: boolean;
  /** Everything else that was listed. */
  readonly rest: readonly unknown[];
}

/** Tells the chains of reaches from the rest of a table's JSON, and reads them back. */
export function readReaches(listed: readonly unknown[]): ListedReaches {
  const chains = new Map<string, string>();
  const rest: unknown[] = [];
  for (const each of listed) {
    const { chain, rule } = entry.parse(each);
    const name = chain?.name ?? rule?.chain ?? '';
    if (!name.startsWith(REACH_PREFIX)) rest.push(each);
    else chains.set(name, (chains.get(name) ?? '') + (rule ? ruleText(rule.expr) : ''));
  }
  const areUntouched = [...chains].every(([name, text]) => reachName(text) === name);
  return { texts: new Set(chains.values()), areUntouched, rest };
}

/** A rule as `reachChain` has it; what is none gives a text that no reach has. */
function ruleText(listed: unknown): string {
  const { success, data } = reachExpression.safeParse(listed);
  if (!success) return 'foreign\n';
  const [{ match }, verdict] = data;
  const left = JSON.stringify(match.left);
  const found = (Object.keys(LISTED) as ReachMatch[]).find((each) => LISTED[each].left === left);
  const places = found && z.array(LISTED[found].place).safeParse(placesIn(match.right)).data;
  return found && places ? reachRule({ match: found, target: verdict.goto.target }, places) : 'foreign\n';
}
