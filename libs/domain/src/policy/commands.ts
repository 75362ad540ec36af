import type { Policy } from './policy';

/** Allow what the policies say. Those that exist already stay as they are. */
export interface AddPolicies {
  readonly type: 'add-policies';
  readonly policies: readonly Policy[];
  /** How many policies each app in the command may be the source of; without it there is no bound. */
  readonly maxPerSource?: number;
  /** Tags that are free but must not be given to anyone yet, since some cell may still take them for their old app's. */
  readonly avoidTags?: ReadonlySet<number>;
}

/** No longer allow what the policies say. Those that do not exist are passed over. */
export interface RemovePolicies {
  readonly type: 'remove-policies';
  readonly policies: readonly Policy[];
}

/** Give a name a tag that no policy releases, as the routers of Cloud Foundry ask for. One that holds it already keeps it. */
export interface ReserveTag {
  readonly type: 'reserve-tag';
  /** The name; may be empty. */
  readonly app: string;
  /** What the name stands for: `app`, `router`, or any other word; may be empty. */
  readonly tagType: string;
  /** As for policies. */
  readonly avoidTags?: ReadonlySet<number>;
}

export type PolicyCommand = AddPolicies | RemovePolicies | ReserveTag;
