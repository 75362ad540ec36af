import type { SecurityGroup } from './security-group';

/** The set of security groups changed: only the differences, in force together. */
export interface GroupsChanged {
  readonly type: 'groups-changed';
  readonly added: readonly SecurityGroup[];
  /** As they are from now on. */
  readonly changed: readonly SecurityGroup[];
  /** GUIDs of the groups that are gone. */
  readonly removed: readonly string[];
  /** See {@link SyncGroups.asOfMs}; `null` too when it did not come from Cloud Controller. */
  readonly asOfMs: number | null;
}

export type GroupEvent = GroupsChanged;
