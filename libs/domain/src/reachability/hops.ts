import type { Edge } from './edges';

/** An app that can be reached over others, and the last step of one of the shortest ways there. */
export interface ReachedApp extends Pick<Edge, 'ports'> {
  readonly app: string;
  /** The app before it on the way. */
  readonly via: string;
}

/**
 * The apps one hop further: those that the edges lead to and that no earlier hop reached, in the order of the edges.
 * @param edges all that begin at the apps of the last hop.
 */
export function nextHop(reached: ReadonlySet<string>, edges: readonly Edge[]): ReachedApp[] {
  const found = new Map<string, ReachedApp>();
  for (const { source, destination, ports } of edges) {
    if (reached.has(destination) || found.has(destination)) continue;
    found.set(destination, { app: destination, via: source, ports });
  }
  return [...found.values()];
}
