import type { SpaceDocument } from '@heddle/calc';
import {
  defaultGroups,
  groupsOfSpace,
  spacesHeldIn,
  type GroupBook,
  type GroupEvent,
  type SecurityGroup,
} from '@heddle/domain';
import { z } from 'zod';

const rule = z.object({
  protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'all']),
  destination: z.string().min(1),
  ports: z.string(),
  type: z.int().min(-1).max(255),
  code: z.int().min(-1).max(255),
  log: z.boolean(),
});
const boundGroup = z.object({
  guid: z.string().min(1),
  name: z.string(),
  /** Whether it holds for containers that stage an app. */
  staging: z.boolean(),
  /** Whether it holds for containers that run an app. */
  running: z.boolean(),
  rules: z.array(rule),
});

/** What a cell accepts as the document of a space. */
export const spaceDocument: z.ZodType<SpaceDocument> = z.object({
  /** `null` for the groups that hold in every space. */
  space: z.string().nullable(),
  rev: z.int().min(1),
  committedAtMs: z.number().optional(),
  groups: z.array(boundGroup),
});

function documentOfSpace(book: GroupBook, space: string, seq: number): SpaceDocument {
  const groups = groupsOfSpace(book, space).map(({ stagingSpaces, runningSpaces, ...group }) => ({
    ...groupAsBound(group),
    staging: stagingSpaces.includes(space),
    running: runningSpaces.includes(space),
  }));
  return { space, rev: seq, groups };
}

function documentOfDefaults(book: GroupBook, seq: number): SpaceDocument {
  const groups = defaultGroups(book).map(({ stagingDefault, runningDefault, ...group }) => ({
    ...groupAsBound(group),
    staging: stagingDefault,
    running: runningDefault,
  }));
  return { space: null, rev: seq, groups };
}

/** The document of a space, or of every space for `null`, as the book has it after the change `seq`. */
export function spaceDocumentOf(book: GroupBook, space: string | null, seq: number): SpaceDocument {
  return space === null ? documentOfDefaults(book, seq) : documentOfSpace(book, space, seq);
}

/** The spaces whose document may differ after an event; `null` among them for that of every space. */
export function spacesTouchedBy(
  { added, changed, removed }: GroupEvent,
  before: GroupBook,
  after: GroupBook,
): (string | null)[] {
  const guids = [...added, ...changed].map(({ guid }) => guid).concat(removed);
  const groups = guids.flatMap((guid) => [before.groups.get(guid) ?? [], after.groups.get(guid) ?? []].flat());
  return [...new Set(groups.flatMap(spacesHeldIn))];
}

function groupAsBound({ guid, name, rules }: Pick<SecurityGroup, 'guid' | 'name' | 'rules'>) {
  return { guid, name, rules: rules.map(({ description: _, ...rule }) => rule) };
}
