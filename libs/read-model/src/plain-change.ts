import type { PoliciesChanged, Policy, TagOfApp } from '@heddle/domain';

/** Lists longer than this are checked with pauses. */
const LONGEST = 256;

/**
 * A change of policies that is as nearly all are: short lists of just what belongs into them, and nothing beside. It gives what the shapes
 * of zod make of it, in a sixth of the time, and every start reads every event; `undefined` where those have to look closer: at what is
 * long, rare, or wrong.
 */
export function plainChange(data: unknown): PoliciesChanged | undefined {
  if (!hasMembers(data, 4)) return undefined;
  const added = listOf(data.added, policyIn);
  const removed = listOf(data.removed, policyIn);
  const tagsAllocated = listOf(data.tagsAllocated, tagIn);
  const tagsReleased = listOf(data.tagsReleased, tagIn);
  if (!added || !removed || !tagsAllocated || !tagsReleased) return undefined;
  return { type: 'policies-changed', added, removed, tagsAllocated, tagsReleased };
}

function listOf<Item>(list: unknown, itemIn: (value: unknown) => Item | undefined): Item[] | undefined {
  if (!Array.isArray(list) || list.length > LONGEST) return undefined;
  const items: Item[] = [];
  for (const value of list) {
    const item = itemIn(value);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
}

function policyIn(value: unknown): Policy | undefined {
  if (!hasMembers(value, 5)) return undefined;
  const { source, destination, protocol, start, end } = value;
  if (!isApp(source) || !isApp(destination) || !isPort(start) || !isPort(end)) return undefined;
  return protocol === 'tcp' || protocol === 'udp' ? { source, destination, protocol, start, end } : undefined;
}

function tagIn(value: unknown): TagOfApp | undefined {
  if (!hasMembers(value, 2)) return undefined;
  const { app, tag } = value;
  return isApp(app) && Number.isSafeInteger(tag) && (tag as number) >= 1 ? { app, tag: tag as number } : undefined;
}

/** Whether it is an object of so many members: with those that are asked for it has no other, which might mean something. */
function hasMembers(value: unknown, count: number): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).length === count;
}

function isApp(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65_535;
}
