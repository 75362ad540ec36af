import type { Change, ChangePage } from '../api/schemas';

/** More changes than this are not kept; who wants to go further back narrows by app. */
export const MOST_CHANGES = 2000;

/**
 * The changes the page knows, and how far back it knows all of them.
 *
 * With no filter or with one app in it, what is shown is everything from the newest down to that filter's *reach*.
 * Further down there may be single changes that came by another filter; to show them would pretend there was nothing between.
 */
export interface Ledger {
  readonly changes: ReadonlyMap<number, Change>;
  /** By filter: '' for none, else an app. */
  readonly reach: ReadonlyMap<string, Reach>;
}

/** Where the changes of one filter are known without a hole. */
export interface Reach {
  /** The oldest sequence from which on they are; 0 when it goes back to the first change. */
  readonly bottom: number;
  /** Above this sequence some may be missing, because the stream was interrupted; Infinity when none are. */
  readonly sureUpTo: number;
}

export const emptyLedger: Ledger = { changes: new Map(), reach: new Map() };

/** The highest sequence known, 0 when none is. */
export function newestOf({ changes }: Ledger): number {
  let newest = 0;
  for (const seq of changes.keys()) if (seq > newest) newest = seq;
  return newest;
}

/** A change came by the stream. */
export function withChange(ledger: Ledger, change: Change): Ledger {
  return forgetOldest({ ...ledger, changes: new Map(ledger.changes).set(change.seq, change) });
}

/** The stream starts anew: until a first page is there again, nobody knows what was missed. */
export function withGap(ledger: Ledger): Ledger {
  const newest = newestOf(ledger);
  return {
    ...ledger,
    reach: mapValues(ledger.reach, (reach) => ({ ...reach, sureUpTo: Math.min(reach.sureUpTo, newest) })),
  };
}

/** A page of a list came: the first one (`before` null) or the one that goes on from `before`. */
export function withPage(ledger: Ledger, app: string, before: number | null, { changes, next }: ChangePage): Ledger {
  const known = new Map(ledger.changes);
  for (const change of changes) known.set(change.seq, change);
  const reach = reachAfter(ledger.reach.get(app), before, next ?? 0);
  return { changes: known, reach: new Map(ledger.reach).set(app, reach) };
}

/** A first page that does not come down to what is sure leaves a hole, so what lies below it no longer counts. */
function reachAfter(reach: Reach | undefined, before: number | null, bottom: number): Reach {
  if (!reach) return { bottom, sureUpTo: Infinity };
  if (before !== null) return { ...reach, bottom: Math.min(reach.bottom, bottom) };
  return { bottom: bottom <= reach.sureUpTo + 1 ? Math.min(reach.bottom, bottom) : bottom, sureUpTo: Infinity };
}

/** The changes to show for a filter, newest first; null until its first page is there. */
export function shownChanges({ changes, reach }: Ledger, app: string): Change[] | null {
  const bottom = reach.get(app)?.bottom;
  if (bottom === undefined) return null;
  return [...changes.values()]
    .filter((change) => change.seq >= bottom && (app === '' || concerns(change, app)))
    .sort((a, b) => b.seq - a.seq);
}

/** The `before` of the page that goes on; null when there is none, or no more can be kept. */
export function olderThan({ changes, reach }: Ledger, app: string): number | null {
  const bottom = reach.get(app)?.bottom;
  return bottom && changes.size < MOST_CHANGES ? bottom : null;
}

/** Whether an app is source or destination in a change. */
export function concerns({ what }: Change, app: string): boolean {
  if (what.kind !== 'policies') return false;
  const moved = what.terms?.map(({ policy }) => policy) ?? [];
  return [...what.added, ...what.removed, ...moved].some(
    ({ source, destination }) => source === app || destination === app,
  );
}

function forgetOldest(ledger: Ledger): Ledger {
  if (ledger.changes.size <= MOST_CHANGES) return ledger;
  const kept = [...ledger.changes].sort(([a], [b]) => b - a).slice(0, MOST_CHANGES);
  const bottom = kept.at(-1)?.[0] ?? 0;
  return {
    changes: new Map(kept),
    reach: mapValues(ledger.reach, (reach) => ({ ...reach, bottom: Math.max(reach.bottom, bottom) })),
  };
}

function mapValues<V>(map: ReadonlyMap<string, V>, change: (value: V) => V): ReadonlyMap<string, V> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
