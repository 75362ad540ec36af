import type { LeaseDocument } from '@heddle/calc';
import { documentInSteps, documentOfLease, spaceDocumentOf, type DocumentOwner } from '@heddle/cell-protocol';
import { defaultGroups, type GroupBook, type LeaseBook, type PersistentMap, type PolicyBook } from '@heddle/domain';
import { inTurns } from '@heddle/platform';

/** The books as they are, folded from the log. */
export interface Books {
  readonly policies: { readonly state: PolicyBook };
  readonly leases: { readonly state: LeaseBook };
  readonly groups: { readonly state: GroupBook };
}

/** Everyone whose document says something: apps, cells that hold a lease or lost one, spaces with groups of their own. */
export function ownersOf({ policies, leases, groups }: Books): DocumentOwner[] {
  const { byCell, lost } = leases.state;
  const cells = new Set([...byCell.values(), ...[...lost.values()].map(({ lease }) => lease)].map(({ cell }) => cell));
  const spaces = [...keysOf(groups.state.bySpace), ...(defaultGroups(groups.state).length > 0 ? [null] : [])];
  return [
    ...[...keysOf(policies.state.apps)].map((name) => ({ kind: 'app' as const, name })),
    ...[...cells].map((name) => ({ kind: 'lease' as const, name })),
    ...spaces.map((name) => ({ kind: 'space' as const, name })),
  ];
}

/** The document of one owner as the books have it, marked with `rev`. A large one is made in turns. */
export function presentDocument({ policies, leases, groups }: Books, owner: DocumentOwner, rev: number): unknown {
  switch (owner.kind) {
    case 'app':
      return inTurns(documentInSteps(policies.state, owner.name, rev));
    case 'lease':
      return leaseDocument(leases.state, owner.name, rev);
    case 'space':
      return spaceDocumentOf(groups.state, owner.name, rev);
  }
}

/** That of the lease which stands; else of the one that was lost last; else nobody knows how it ended, only that it did. */
function leaseDocument(book: LeaseBook, cell: string, rev: number): LeaseDocument {
  const lease = book.byCell.get(cell);
  if (lease) return documentOfLease({ type: 'lease-acquired', lease }, rev);
  const lost = [...book.lost.values()].filter((each) => each.lease.cell === cell);
  const newest = lost.sort((a, b) => b.sinceMs - a.sinceMs)[0];
  if (!newest) return { cell, rev, peer: null };
  const { lease: last, ended, sinceMs: atMs } = newest;
  return ended === 'expired'
    ? documentOfLease({ type: 'lease-expired', lease: last, atMs }, rev)
    : documentOfLease({ type: 'lease-fenced', lease: last, atMs, because: 'ordered' }, rev);
}

function* keysOf(map: PersistentMap<unknown>): Generator<string> {
  for (const [key] of map.entries()) yield key;
}
