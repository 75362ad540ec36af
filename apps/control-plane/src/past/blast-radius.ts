import { edgesOf, nextHop, type Edge, type ReachedApp } from '@heddle/domain';
import type { Core } from '../core/core';

/** What can be reached from an app, over others. */
export interface BlastRadius {
  /** The first is what the app itself reaches, the next what those reach, and so on. */
  readonly hops: readonly (readonly ReachedApp[])[];
  /** Whether there is nothing behind what is told. */
  readonly complete: boolean;
}

/** How far is looked. */
export interface BlastBounds {
  readonly hops: number;
  readonly apps: number;
}

/** A hop of more policies is not followed. */
const MOST_POLICIES = 100_000;

/** The apps that could be reached from one after a change, hop by hop; `seen` says which edges may be told, and so followed. */
export async function blastRadius(
  { readModel }: Pick<Core, 'readModel'>,
  { from, seq }: { readonly from: string; readonly seq: number },
  bounds: BlastBounds,
  seen: (edges: readonly Edge[]) => Promise<readonly Edge[]>,
): Promise<BlastRadius> {
  const reached = new Set([from]);
  const hops: ReachedApp[][] = [];
  for (let frontier = [from]; ;) {
    const spans = await readModel.policiesAt(seq, { sources: frontier }, { limit: MOST_POLICIES + 1 });
    const hop = nextHop(reached, await seen(edgesOf(spans.map(({ policy }) => policy))));
    if (hop.length === 0) return { hops, complete: spans.length <= MOST_POLICIES };
    const room = bounds.apps - reached.size + 1;
    if (hops.length === bounds.hops || room <= 0) return { hops, complete: false };
    hops.push(hop.slice(0, room));
    if (hop.length > room || spans.length > MOST_POLICIES) return { hops, complete: false };
    for (const { app } of hop) reached.add(app);
    frontier = hop.map(({ app }) => app);
  }
}
