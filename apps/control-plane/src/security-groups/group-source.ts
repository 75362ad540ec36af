import type { GroupAsSent } from '@heddle/domain';

/** A page of all security groups. */
export interface GroupPage {
  readonly groups: readonly GroupAsSent[];
  /** How many pages there are. */
  readonly pages: number;
  /** How many groups there are on all of them. */
  readonly total: number;
}

/** Where security groups come from. */
export interface GroupSource {
  /** When any of them last changed, epoch milliseconds; `null` when the source does not say. */
  latestUpdateMs(signal: AbortSignal): Promise<number | null>;
  /** One page of them. @param page from 1 */
  fetchSecurityGroups(page: number, signal: AbortSignal): Promise<GroupPage>;
}
