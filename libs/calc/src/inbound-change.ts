import { eachOf, type Steps } from '@heddle/domain';
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
export function* inboundChange(before: readonly InboundRule[], after: readonly InboundRule[]): Steps<TagChange[]> {
  if (before === after) return [];
  const touched = yield* touchedTags(before, after);
  if (touched.size === 0) return [];
  yield* addRanges(touched, 'before', before);
  yield* addRanges(touched, 'after', after);
  return [...touched.values()];
}

type Tags = Pick<InboundRule, 'protocol' | 'tags'>;
type Touched = Pick<TagChange, 'protocol' | 'tag'> & Record<'before' | 'after', PortRange[]>;

/** Never written to: most tags have ranges on one side only. */
const NO_RANGES: PortRange[] = [];

function* touchedTags(before: readonly InboundRule[], after: readonly InboundRule[]): Steps<Map<number, Touched>> {
  const held = yield* byPorts(before);
  const differing: Tags[] = [];
  yield* eachOf(yield* byPorts(after), ([key, { protocol, tags }]) => {
    const was = held.get(key)?.tags ?? [];
    held.delete(key);
    if (areEqual(was, tags)) return;
    differing.push({ protocol, tags: missingFrom(was, tags) }, { protocol, tags: missingFrom(tags, was) });
  });
  const touched = new Map<number, Touched>();
  yield* eachTag([...differing, ...held.values()], ({ protocol }, tag) => {
    touched.set(keyOf(protocol, tag), { protocol, tag, before: NO_RANGES, after: NO_RANGES });
  });
  return touched;
}

/** The rules by protocol and ports; what two of them say of the same ports is said by one. */
function* byPorts(rules: readonly InboundRule[]): Steps<Map<number, Tags>> {
  const found = new Map<number, Tags>();
  yield* eachOf(rules, (rule) => {
    const key = (rule.protocol === 'tcp' ? 0 : 2 ** 32) + rule.start * 2 ** 16 + rule.end;
    const known = found.get(key);
    found.set(key, known ? { protocol: rule.protocol, tags: [...known.tags, ...rule.tags] } : rule);
  });
  return found;
}

function* addRanges(
  touched: ReadonlyMap<number, Touched>,
  side: 'before' | 'after',
  rules: readonly InboundRule[],
): Steps<void> {
  yield* eachTag(rules, ({ protocol, start, end }, tag) => {
    const change = touched.get(keyOf(protocol, tag));
    if (!change) return;
    if (change[side] === NO_RANGES) change[side] = [{ start, end }];
    else change[side].push({ start, end });
  });
}

/** So many tags are taken between two pauses: some 2 ms. */
const TAGS_AT_ONCE = 4_096;

/** Takes each tag of each rule, however they are spread. */
function* eachTag<Rule extends Tags>(rules: readonly Rule[], take: (rule: Rule, tag: number) => void): Steps<void> {
  let taken = 0;
  for (const rule of rules) {
    for (const tag of rule.tags) {
      take(rule, tag);
      if (++taken % TAGS_AT_ONCE === 0) yield;
    }
  }
}

function keyOf(protocol: InboundRule['protocol'], tag: number): number {
  return protocol === 'tcp' ? tag : -tag;
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((each, i) => each === b[i]);
}

function missingFrom(there: readonly number[], wanted: readonly number[]): readonly number[] {
  if (there.length === 0) return wanted;
  const known = new Set(there);
  return wanted.filter((each) => !known.has(each));
}
