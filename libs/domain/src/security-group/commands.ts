/** A security group as somebody sent it: its rules are not looked at yet. */
export interface GroupAsSent {
  readonly guid: string;
  readonly name: string;
  readonly rules: readonly unknown[];
  readonly stagingDefault: boolean;
  readonly runningDefault: boolean;
  readonly stagingSpaces: readonly string[];
  readonly runningSpaces: readonly string[];
}

/** These are all security groups there are, as Cloud Controller had them. */
export interface SyncGroups {
  readonly type: 'sync-groups';
  readonly groups: readonly GroupAsSent[];
  /** The time of Cloud Controller's last change of a group that is in here, epoch milliseconds; `null` if it does not say. */
  readonly asOfMs: number | null;
}

/** There is to be this group, in place of any with its GUID. */
export interface PutGroup {
  readonly type: 'put-group';
  readonly group: GroupAsSent;
}

/** There is to be no group with this GUID. */
export interface DeleteGroup {
  readonly type: 'delete-group';
  readonly guid: string;
}

export type GroupCommand = SyncGroups | PutGroup | DeleteGroup;
