import type { Policy, TagOfApp } from './policy';

/** The policy set changed: everything in one event, in force together or not at all. */
export interface PoliciesChanged {
  readonly type: 'policies-changed';
  readonly added: readonly Policy[];
  readonly removed: readonly Policy[];
  /** Apps that took part in no policy before, with the tag each has from now on. */
  readonly tagsAllocated: readonly TagOfApp[];
  /** Apps that take part in no policy any more, with the tag each gave back. */
  readonly tagsReleased: readonly TagOfApp[];
}

export type PolicyEvent = PoliciesChanged;
