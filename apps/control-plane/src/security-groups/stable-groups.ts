import type { GroupAsSent } from '@heddle/domain';
import type { GroupSource } from './group-source';

/** All security groups as they were at one moment. */
export interface StableGroups {
  readonly groups: readonly GroupAsSent[];
  /** See {@link GroupSource.latestUpdateMs}. */
  readonly asOfMs: number | null;
}

/** The groups changed while they were read, each time. */
export class GroupsUnstable extends Error {
  constructor(tries: number, why: string) {
    super(`the security groups could not be read as of one moment in ${tries} tries: ${why}`);
    this.name = 'GroupsUnstable';
  }
}

const TRIES = 3;

/**
 * Reads all pages, and begins anew when anything changed meanwhile: a group that moves from one page to another would be
 * missed, and taken for one that is gone.
 * @throws {GroupsUnstable} when that happens too often, or the pages do not hold as many groups as they say.
 */
export async function readStableGroups(source: GroupSource, signal: AbortSignal): Promise<StableGroups> {
  let why = '';
  for (let tries = 0; tries < TRIES; tries++) {
    const asOfMs = await source.latestUpdateMs(signal);
    const read = await readPages(source, asOfMs, signal);
    if (typeof read !== 'string') return { groups: read, asOfMs };
    why = read;
  }
  throw new GroupsUnstable(TRIES, why);
}

/** All groups, or why they are not of one moment. */
async function readPages(
  source: GroupSource,
  asOfMs: number | null,
  signal: AbortSignal,
): Promise<readonly GroupAsSent[] | string> {
  const groups = new Map<string, GroupAsSent>();
  for (let page = 1, pages = 1; page <= pages; page++) {
    const got = await source.fetchSecurityGroups(page, signal);
    for (const group of got.groups) groups.set(group.guid, group);
    if ((await source.latestUpdateMs(signal)) !== asOfMs) return 'they are being changed';
    pages = got.pages;
    if (page >= pages && groups.size !== got.total) return `the pages hold ${groups.size} of ${got.total}`;
  }
  return [...groups.values()];
}
