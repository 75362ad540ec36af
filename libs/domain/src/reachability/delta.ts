import { inboundKey, type PoliciesChanged, type Policy, type PolicyBook } from '../policy';
import { pairKey, type Edge } from './edges';
import { portsAllowed, portsBeyond, type PortRange } from './ports';

/** What an event would let one app reach of another, and what not any more. */
export interface ReachDelta extends Pick<Edge, 'source' | 'destination'> {
  readonly before: readonly PortRange[];
  readonly after: readonly PortRange[];
  /** Each port in here is a packet that was refused and would be let through. */
  readonly opens: readonly PortRange[];
  /** Each port in here is one that was let through and would be refused. */
  readonly closes: readonly PortRange[];
}

type Effect = Pick<PoliciesChanged, 'added' | 'removed'>;

/**
 * What differs for all pairs of apps if an event came behind the book; pairs for which nothing does are left out. Looked at are the
 * destinations that the event names, since no other pair can differ.
 */
export function reachDelta(book: PolicyBook, { added, removed }: Effect): ReachDelta[] {
  const touched = new Map<string, { source: string; destination: string; added: Policy[]; gone: Set<string> }>();
  const between = ({ source, destination }: Policy) => {
    const key = pairKey({ source, destination });
    const pair = touched.get(key) ?? { source, destination, added: [], gone: new Set<string>() };
    touched.set(key, pair);
    return pair;
  };
  for (const policy of added) between(policy).added.push(policy);
  for (const policy of removed) between(policy).gone.add(inboundKey(policy));
  const standing = standingBetween(book, touched);
  return [...touched].flatMap(([key, { source, destination, added: more, gone }]) => {
    const now = standing.get(key) ?? [];
    const before = portsAllowed(now);
    const after = portsAllowed([...now.filter((policy) => !gone.has(inboundKey(policy))), ...more]);
    const [opens, closes] = [portsBeyond(after, before), portsBeyond(before, after)];
    return opens.length + closes.length === 0 ? [] : [{ source, destination, before, after, opens, closes }];
  });
}

/** The policies of the book between some pairs; each destination is gone through once. */
function standingBetween(
  book: PolicyBook,
  pairs: ReadonlyMap<string, { readonly destination: string }>,
): Map<string, Policy[]> {
  const standing = new Map<string, Policy[]>();
  for (const destination of new Set([...pairs.values()].map((pair) => pair.destination))) {
    for (const policy of book.apps.get(destination)?.inbound.values() ?? []) {
      const key = pairKey(policy);
      if (pairs.has(key)) standing.set(key, [...(standing.get(key) ?? []), policy]);
    }
  }
  return standing;
}
