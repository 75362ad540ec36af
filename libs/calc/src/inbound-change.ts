import type { InboundRule } from './inputs';
import type { PortRange } from './outputs';

/** What is different for the packets of one tag: on which ports it was let in, and on which it is. Ranges as the rules say them. */
export interface TagChange {
  readonly protocol: InboundRule['protocol'];
  readonly tag: number;
  readonly before: readonly PortRange[];
  readonly after: readonly PortRange[];
}

/**
 * The difference between two lists of rules, by tag and protocol. Rules that are in both lists cost a comparison of numbers and
 * nothing else, so that one policy more among ten thousand is not paid for with ten thousand.
 */
export function inboundChange(before: readonly InboundRule[], after: readonly InboundRule[]): TagChange[] {
  if (before === after) return [];
  const touched = touchedTags(before, after);
  if (touched.size === 0) return [];
  const [from, to] = [rangesOf(before, touched), rangesOf(after, touched)];
  return [...touched.values()].map((each) => {
    const key = keyOf(each);
    return { ...each, before: from.get(key) ?? [], after: to.get(key) ?? [] };
  });
}

type Touched = Pick<TagChange, 'protocol' | 'tag'>;

function touchedTags(before: readonly InboundRule[], after: readonly InboundRule[]): Map<number, Touched> {
  const touched = new Map<number, Touched>();
  const touch = (protocol: InboundRule['protocol'], tags: readonly number[]): void => {
    for (const tag of tags) touched.set(keyOf({ protocol, tag }), { protocol, tag });
  };
  const held = byPorts(before);
  for (const [key, { protocol, tags }] of byPorts(after)) {
    const was = held.get(key)?.tags ?? [];
    held.delete(key);
    if (areEqual(was, tags)) continue;
    touch(protocol, missingFrom(was, tags));
    touch(protocol, missingFrom(tags, was));
  }
  for (const { protocol, tags } of held.values()) touch(protocol, tags);
  return touched;
}

/** The rules by protocol and ports; what two of them say of the same ports is said by one. */
function byPorts(rules: readonly InboundRule[]): Map<number, Pick<InboundRule, 'protocol' | 'tags'>> {
  const found = new Map<number, Pick<InboundRule, 'protocol' | 'tags'>>();
  for (const rule of rules) {
    const key = (rule.protocol === 'tcp' ? 0 : 2 ** 32) + rule.start * 2 ** 16 + rule.end;
    const known = found.get(key);
    found.set(key, known ? { protocol: rule.protocol, tags: [...known.tags, ...rule.tags] } : rule);
  }
  return found;
}

function rangesOf(rules: readonly InboundRule[], wanted: ReadonlyMap<number, Touched>): Map<number, PortRange[]> {
  const ranges = new Map<number, PortRange[]>();
  for (const { protocol, start, end, tags } of rules) {
    for (const tag of tags) {
      const key = keyOf({ protocol, tag });
      if (!wanted.has(key)) continue;
      const known = ranges.get(key);
      if (known) known.push({ start, end });
      else ranges.set(key, [{ start, end }]);
    }
  }
  return ranges;
}

function keyOf({ protocol, tag }: Touched): number {
  return protocol === 'tcp' ? tag : -tag;
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function missingFrom(there: readonly number[], wanted: readonly number[]): number[] {
  const known = new Set(there);
  return wanted.filter((each) => !known.has(each));
}
