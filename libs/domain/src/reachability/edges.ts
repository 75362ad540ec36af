import type { Policy } from '../policy';
import { stoodAt, type PolicySpan } from './policy-span';
import { portsAllowed, samePorts, type PortRange } from './ports';

/** That one app may reach another, and where. */
export interface Edge {
  readonly source: string;
  readonly destination: string;
  /** By protocol, ascending, without overlap. */
  readonly ports: readonly PortRange[];
}

/** How an edge differs between two moments. */
export interface EdgeDifference {
  readonly source: string;
  readonly destination: string;
  readonly what: 'added' | 'removed' | 'changed';
  readonly before: readonly PortRange[];
  readonly after: readonly PortRange[];
  /** The changes between the two that began what is there after it, or ended what was there before; ascending. */
  readonly changes: readonly number[];
}

/** The edges that some policies come to, in the order of the first policy of each. */
export function edgesOf(policies: readonly Policy[]): Edge[] {
  return [...byPair(policies, (policy) => policy).values()].map((between) => ({
    ...pairOf(between[0] as Policy),
    ports: portsAllowed(between),
  }));
}

/**
 * What differs between the edges after one change and after a later one.
 * @param spans of the pairs in question, all that cover one of the two.
 */
export function edgeDifferences(spans: readonly PolicySpan[], since: number, until: number): EdgeDifference[] {
  return [...byPair(spans, ({ policy }) => policy).values()].flatMap((between) => {
    const [old, now] = [since, until].map((seq) => between.filter((span) => stoodAt(span, seq)));
    const [before, after] = [portsOf(old ?? []), portsOf(now ?? [])];
    if (samePorts(before, after)) return [];
    const what = before.length === 0 ? 'added' : after.length === 0 ? 'removed' : 'changed';
    const changes = between.flatMap(({ fromSeq, untilSeq }) =>
      [fromSeq, untilSeq ?? Infinity].filter((seq) => seq > since && seq <= until),
    );
    const pair = pairOf((between[0] as PolicySpan).policy);
    return { ...pair, what, before, after, changes: [...new Set(changes)].sort((a, b) => a - b) };
  });
}

function portsOf(spans: readonly PolicySpan[]): PortRange[] {
  return portsAllowed(spans.map(({ policy }) => policy));
}

/** What tells a pair from the others. The length keeps two GUIDs apart whatever they contain. */
export function pairKey({ source, destination }: Pick<Edge, 'source' | 'destination'>): string {
  return `${source.length}:${source}${destination}`;
}

/** The pair alone. */
export function pairOf({ source, destination }: Policy): Pick<Edge, 'source' | 'destination'> {
  return { source, destination };
}

/** Items by the pair of apps that each is about. */
export function byPair<Item>(items: readonly Item[], policyOf: (item: Item) => Policy): Map<string, Item[]> {
  const pairs = new Map<string, Item[]>();
  for (const item of items) {
    const key = pairKey(policyOf(item));
    const those = pairs.get(key);
    if (those) those.push(item);
    else pairs.set(key, [item]);
  }
  return pairs;
}
