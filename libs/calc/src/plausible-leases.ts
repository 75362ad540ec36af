import type { LeaseDocument } from './inputs';

/** What a cell held of the leases, and what it has just read in place of it. */
export interface LeaseReading {
  /** The cell's own name; it knows that it holds a lease. */
  readonly cell: string;
  /** The documents held before. */
  readonly held: ReadonlyMap<string, LeaseDocument>;
  /** The names of the cells of which any document was read, be it that of a lease that has ended. */
  readonly read: ReadonlySet<string>;
  /** Which share of the peers may be missing at once, 0–1. */
  readonly mostMissing: number;
}

/**
 * Why what was read cannot be the truth, or `null` when it can. A lease that ends leaves a document that says so; one of
 * which nothing at all is left was lost together with the store it was in. A few may be: who restores an old copy of a
 * store loses the newest. Most of them at once, or the cell's own, is an empty or half-filled store.
 */
export function whyImplausible({ cell, held, read, mostMissing }: LeaseReading): string | null {
  if (!read.has(cell)) return `the lease of ${cell} itself is not among the ${read.size} that were read`;
  const peers = [...held.values()].filter((lease) => lease.peer !== null && lease.cell !== cell);
  const missing = peers.filter((lease) => !read.has(lease.cell)).length;
  if (missing <= peers.length * mostMissing) return null;
  return `${missing} of ${peers.length} peers are gone without a word that their leases have ended`;
}
