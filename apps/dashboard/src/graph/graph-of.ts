import type { Policy } from '@heddle/domain';
import type { Cell } from '../api/schemas';
import { portsInWords } from '../text/words';

/** More apps than this are too many to see anything; then only the neighbourhood of one app is drawn. */
export const MOST_APPS = 120;

const MOST_IN_LABEL = 3;

/** An app in the graph. */
export interface AppNode {
  readonly app: string;
  /** Names of the cells where it has containers, in order, each once. */
  readonly cells: readonly string[];
}

/** Everything allowed from one app to another; drawn as one arrow. */
export interface AppEdge {
  readonly id: string;
  readonly source: string;
  readonly destination: string;
  readonly policies: readonly Policy[];
  /** `tcp 8080, 8443, udp 53 +2`: protocols are not repeated, and a long list is cut after three. */
  readonly label: string;
}

/** Who may talk to whom. */
export interface AppGraph {
  /** In the order of their names. */
  readonly apps: readonly AppNode[];
  readonly edges: readonly AppEdge[];
  /** Apps there are, drawn or not. */
  readonly appsInAll: number;
}

/** The graph of what is allowed and what runs; around `focus` (an app, or '') alone where the whole is too large. */
export function graphOf(policies: Iterable<Policy>, cells: Iterable<Cell>, focus: string): AppGraph {
  const edges = edgesOf(policies);
  const homes = homesOf(cells);
  const names = new Set([...homes.keys(), ...edges.flatMap(({ source, destination }) => [source, destination])]);
  const drawn = names.size <= MOST_APPS ? names : select(names, edges, focus);
  return {
    apps: [...drawn].sort(byName).map((app) => ({ app, cells: [...(homes.get(app) ?? [])].sort(byName) })),
    edges: edges.filter(({ source, destination }) => drawn.has(source) && drawn.has(destination)),
    appsInAll: names.size,
  };
}

/** Tells an arrow from the others. The length keeps two GUIDs apart whatever they contain. */
function edgeId({ source, destination }: Pick<Policy, 'source' | 'destination'>): string {
  return `${source.length}:${source}>${destination}`;
}

function edgesOf(policies: Iterable<Policy>): AppEdge[] {
  const pairs = new Map<string, Policy[]>();
  for (const policy of policies) {
    const id = edgeId(policy);
    const pair = pairs.get(id);
    if (pair) pair.push(policy);
    else pairs.set(id, [policy]);
  }
  return [...pairs].map(([id, pair]) => edgeOf(id, pair)).sort((a, b) => byName(a.id, b.id));
}

function edgeOf(id: string, pair: Policy[]): AppEdge {
  const policies = pair.sort((a, b) => byName(a.protocol, b.protocol) || a.start - b.start || a.end - b.end);
  const [{ source, destination }] = policies as [Policy];
  return { id, source, destination, policies, label: labelOf(policies) };
}

function labelOf(policies: readonly Policy[]): string {
  const words = policies.slice(0, MOST_IN_LABEL).map((policy, i) => {
    const isSameProtocol = policies[i - 1]?.protocol === policy.protocol;
    return isSameProtocol ? portsInWords(policy).slice(policy.protocol.length + 1) : portsInWords(policy);
  });
  const leftOut = policies.length - words.length;
  return words.join(', ') + (leftOut > 0 ? ` +${leftOut}` : '');
}

function homesOf(cells: Iterable<Cell>): Map<string, Set<string>> {
  const homes = new Map<string, Set<string>>();
  for (const { cell, containers } of cells)
    for (const { app } of containers) homes.set(app, (homes.get(app) ?? new Set()).add(cell));
  return homes;
}

/** The app in focus and who may talk to it or be reached by it; without one, the apps with the most neighbours. */
function select(names: ReadonlySet<string>, edges: readonly AppEdge[], focus: string): Set<string> {
  const neighbours = new Map<string, Set<string>>();
  const join = (a: string, b: string): void => void neighbours.set(a, (neighbours.get(a) ?? new Set()).add(b));
  for (const { source, destination } of edges) {
    join(source, destination);
    join(destination, source);
  }
  if (names.has(focus)) return new Set([focus, ...(neighbours.get(focus) ?? [])].slice(0, MOST_APPS));
  const degree = (app: string): number => neighbours.get(app)?.size ?? 0;
  const byDegree = [...names].sort((a, b) => degree(b) - degree(a) || byName(a, b));
  return new Set(byDegree.slice(0, MOST_APPS));
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
