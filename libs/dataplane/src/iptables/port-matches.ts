import type { PortRange } from '@heddle/calc';

/** How many ports one rule of `multiport` holds; a range counts twice. */
const PORTS_PER_RULE = 15;

type Ranges = readonly [PortRange, ...PortRange[]];

/** What matches these ports of TCP or UDP, in as few rules as hold them; each with the first of its ports. */
export function portMatches(
  protocol: 'tcp' | 'udp',
  ranges: readonly PortRange[],
): { readonly start: number; readonly match: string }[] {
  return splitByRoom(ranges).map((some) => {
    const ports = some.map(({ start, end }) => (start === end ? `${start}` : `${start}:${end}`));
    const match =
      ports.length === 1 ? `-m ${protocol} --dport ${ports[0]}` : `-m multiport --dports ${ports.join(',')}`;
    return { start: some[0].start, match };
  });
}

function splitByRoom(ranges: readonly PortRange[]): Ranges[] {
  const rules: [PortRange, ...PortRange[]][] = [];
  let room = 0;
  for (const range of ranges) {
    const needed = range.start === range.end ? 1 : 2;
    const last = rules.at(-1);
    if (last && needed <= room) last.push(range);
    else rules.push([range]);
    room = (last && needed <= room ? room : PORTS_PER_RULE) - needed;
  }
  return rules;
}
