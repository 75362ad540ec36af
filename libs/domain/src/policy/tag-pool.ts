import { Refused } from '../refused';

/** Which tags are free: everything in `released`, and everything from `next` up to `last`. */
export interface TagPool {
  /** Given back and not taken again, ascending. */
  readonly released: readonly number[];
  /** The lowest tag that was never taken. */
  readonly next: number;
  /** The highest tag there is; VXLAN-GBP carries 16 bits. */
  readonly last: number;
}

/** A pool with the tags 1–`last`, all free. Tag 0 is never used: it means "no tag" in the header. */
export function fullTagPool(last: number): TagPool {
  return { released: [], next: 1, last };
}

/**
 * The `count` lowest free tags, ascending.
 * @param avoid free tags that are held back.
 * @throws {Refused} `tags-exhausted` when there are fewer.
 */
export function lowestFreeTags(pool: TagPool, count: number, avoid: ReadonlySet<number> = new Set()): number[] {
  const tags = pool.released.filter((tag) => !avoid.has(tag)).slice(0, count);
  for (let next = pool.next; tags.length < count && next <= pool.last; next++) if (!avoid.has(next)) tags.push(next);
  if (tags.length === count) return tags;
  const held = avoid.size === 0 ? '' : ` or held back until every cell has dropped them (${avoid.size})`;
  throw new Refused('tags-exhausted', `all ${pool.last} tags are in use${held}: remove policies of apps that are gone`);
}

/** The pool after an event took and gave back tags. */
export function tagPoolAfter(pool: TagPool, taken: readonly number[], givenBack: readonly number[]): TagPool {
  if (taken.length === 0 && givenBack.length === 0) return pool;
  const gone = new Set(taken);
  const highest = taken.reduce((high, tag) => Math.max(high, tag), pool.next - 1);
  // An event may skip tags (a pool that was larger, a tag held back), and what it skipped is free.
  const skipped = range(pool.next, highest).filter((tag) => !gone.has(tag));
  const released = [...pool.released.filter((tag) => !gone.has(tag)), ...skipped, ...givenBack].sort((a, b) => a - b);
  return { ...pool, released, next: highest + 1 };
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
