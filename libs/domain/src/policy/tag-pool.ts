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
  const tags: number[] = [];
  for (const tag of pool.released) {
    if (tags.length === count) break;
    if (!avoid.has(tag)) tags.push(tag);
  }
  for (let next = pool.next; tags.length < count && next <= pool.last; next++) if (!avoid.has(next)) tags.push(next);
  if (tags.length === count) return tags;
  const held = avoid.size === 0 ? '' : ` or held back until every cell has dropped them (${avoid.size})`;
  throw new Refused('tags-exhausted', `all ${pool.last} tags are in use${held}: remove policies of apps that are gone`);
}

/** How many tags are free, those that are held back among them. */
export function freeTags({ released, next, last }: TagPool): number {
  return released.length + Math.max(0, last - next + 1);
}

/** Whether nobody has a tag. */
export function isFreeTag({ released, next }: TagPool, tag: number): boolean {
  return tag >= next || holds(released, tag);
}

/** Whether an ascending list has a number, by halves. */
function holds(list: readonly number[], wanted: number): boolean {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((list[middle] as number) < wanted) from = middle + 1;
    else to = middle;
  }
  return list[from] === wanted;
}

/** The pool after an event took and gave back tags. */
export function tagPoolAfter(pool: TagPool, taken: readonly number[], givenBack: readonly number[]): TagPool {
  if (taken.length === 0 && givenBack.length === 0) return pool;
  const gone = new Set(taken);
  const highest = taken.reduce((high, tag) => Math.max(high, tag), pool.next - 1);
  // An event may skip tags (a pool that was larger, a tag held back), and what it skipped is free.
  const skipped = range(pool.next, highest).filter((tag) => !gone.has(tag));
  const wereFree = taken.filter((tag) => tag < pool.next);
  const freed = [...skipped, ...givenBack].sort((a, b) => a - b);
  return { ...pool, released: merged(without(pool.released, wereFree.length, gone), freed), next: highest + 1 };
}

/** The list without those that are gone, of which it holds so many; once they are found the rest is copied as it is. */
function without(tags: readonly number[], count: number, gone: ReadonlySet<number>): readonly number[] {
  if (count === 0) return tags;
  const kept: number[] = [];
  let at = 0;
  for (let found = 0; found < count && at < tags.length; at++) {
    if (gone.has(tags[at] as number)) found++;
    else kept.push(tags[at] as number);
  }
  return kept.concat(tags.slice(at));
}

/** Both of two ascending lists as one. */
function merged(tags: readonly number[], more: readonly number[]): readonly number[] {
  if (more.length === 0) return tags;
  const [low, high] = [more[0] as number, more[more.length - 1] as number];
  const from = tags.findIndex((tag) => tag > low);
  if (from < 0) return tags.concat(more);
  const behind = tags.findIndex((tag) => tag > high);
  const to = behind < 0 ? tags.length : behind;
  return tags.slice(0, from).concat(
    [...tags.slice(from, to), ...more].sort((a, b) => a - b),
    tags.slice(to),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}
