import type { GuardrailContext } from '../guardrail/check-policies';
import type { GuardrailCommand } from '../guardrail/commands';
import type { Policy } from './policy';
import type { Standing } from './revert';
import type { TimeBox } from './term';

/**
 * Allow what the policies say. Those that exist already stay as they are, or longer: an addition never takes time away, so of
 * several the one that lasts longest counts, in whatever order they come.
 */
export interface AddPolicies extends GuardrailContext {
  readonly type: 'add-policies';
  readonly policies: readonly Policy[];
  /** When they close by themselves, in epoch milliseconds; without it they stand until somebody removes them. */
  readonly expiresAtMs?: number;
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

/** Let policies that stand close by themselves, those that would stand longer. */
export interface LimitPolicies {
  readonly type: 'limit-policies';
  readonly policies: readonly Policy[];
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

/** Close what one change opened for a time that is over. */
export interface ExpirePolicies {
  readonly type: 'expire-policies';
  /** Those that are over as far as is known; one whose end was moved meanwhile stays. */
  readonly due: readonly TimeBox[];
  /** The change that set their end. */
  readonly openedBy: number;
}

/** Let policies stand as they did before some changes; all of them, or none where one does not stand as expected. */
export interface RestorePolicies extends GuardrailContext, Pick<AddPolicies, 'maxPerSource' | 'avoidTags'> {
  readonly type: 'restore-policies';
  readonly steps: readonly RestoreStep[];
  /** The changes that are undone by it, ascending. */
  readonly undone: readonly number[];
}

/** One policy, how it stands as far as is known, and how it is to stand. */
export interface RestoreStep {
  readonly policy: Policy;
  readonly from: Standing;
  readonly to: Standing;
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

export type PolicyCommand =
  AddPolicies | RemovePolicies | LimitPolicies | ExpirePolicies | RestorePolicies | ReserveTag | GuardrailCommand;
