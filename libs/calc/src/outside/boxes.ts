import { joinRanges, type Range } from './ranges';

/** Some addresses, and some numbers (ports, say) that are meant at each of them. */
export interface Box {
  readonly addresses: Range;
  readonly numbers: Range;
}

/**
 * Boxes that cover what the given ones cover, none of them touched by another, in order. They follow from what is covered
 * alone, so duplicates, overlaps and the order of what is given leave no trace.
 *
 * There are two ways to cut: along the addresses, which is short where few wide rules lie over each other, and along the
 * numbers, which is short where a wide rule lies over many small ones. The shorter is taken.
 * @returns `null` where both take more than `most` boxes.
 */
export function disjoint(boxes: readonly Box[], most: number): Box[] | null {
  const byAddress = cut(
    boxes.map(({ addresses, numbers }) => ({ along: addresses, across: numbers })),
    most,
  )?.map(({ along, across }): Box => ({ addresses: along, numbers: across }));
  const byNumber = cut(
    boxes.map(({ addresses, numbers }) => ({ along: numbers, across: addresses })),
    most,
  )?.map(({ along, across }): Box => ({ addresses: across, numbers: along }));
  const shorter = byAddress && byNumber && byNumber.length < byAddress.length ? byNumber : (byAddress ?? byNumber);
  return shorter?.sort((a, b) => a.addresses.start - b.addresses.start || a.numbers.start - b.numbers.start) ?? null;
}

interface Slab {
  readonly along: Range;
  readonly across: Range;
}

/** Goes along one axis from edge to edge; neighbours that cover the same across it become one. */
function cut(slabs: readonly Slab[], most: number): Slab[] | null {
  const edges = [...new Set(slabs.flatMap(({ along }) => [along.start, along.end + 1]))].sort((a, b) => a - b);
  const waiting = slabs.toSorted((a, b) => b.along.start - a.along.start);
  const open = new Set<Slab>();
  const pieces: { along: Range; across: Range[] }[] = [];
  let count = 0;
  for (const [i, start] of edges.entries()) {
    for (const slab of open) if (slab.along.end < start) open.delete(slab);
    while (waiting.at(-1)?.along.start === start) open.add(waiting.pop() as Slab);
    const end = (edges[i + 1] ?? start) - 1;
    const across = joinRanges([...open].map((slab) => slab.across));
    const last = pieces.at(-1);
    if (last && last.along.end + 1 === start && areEqual(last.across, across)) last.along = { ...last.along, end };
    else if (across.length > 0) {
      pieces.push({ along: { start, end }, across });
      count += across.length;
      if (count > most) return null;
    }
  }
  return pieces.flatMap(({ along, across }) => across.map((each) => ({ along, across: each })));
}

function areEqual(a: readonly Range[], b: readonly Range[]): boolean {
  return a.length === b.length && a.every(({ start, end }, i) => start === b[i]?.start && end === b[i].end);
}
