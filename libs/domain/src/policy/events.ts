import type { GuardrailEvent } from '../guardrail/events';
import type { CheckedPolicies } from '../guardrail/violation';
import type { Policy, TagOfApp } from './policy';
import type { PolicyTerm } from './term';

/** The policy set changed: everything in one event, in force together or not at all. */
export interface PoliciesChanged extends CheckedPolicies {
  readonly type: 'policies-changed';
  readonly added: readonly Policy[];
  readonly removed: readonly Policy[];
  /** Apps that took part in no policy before, with the tag each has from now on. */
  readonly tagsAllocated: readonly TagOfApp[];
  /** Apps that take part in no policy any more, with the tag each gave back. */
  readonly tagsReleased: readonly TagOfApp[];
  /**
   * What the command named, where that is not just what changed. Without it the command named exactly these policies, each once; or
   * the event is older than this member.
   */
  readonly asked?: Asked;
  /** Until when policies stand from now on: those added that close by themselves, and those that stood and whose end moved. */
  readonly terms?: readonly PolicyTerm[];
  /** What led to it, where nobody asked for just this. */
  readonly cause?: Cause;
}

/** An event without effect, to be given some. */
export const NOTHING: PoliciesChanged = {
  ...{ type: 'policies-changed', added: [], removed: [], tagsAllocated: [], tagsReleased: [] },
};

/** Which changes a change goes back to: it ends what they opened, or undoes them. */
export interface Cause {
  readonly what: 'expired' | 'reverted';
  /** Their sequences, ascending. */
  readonly changes: readonly number[];
}

/** What a command named beside what it changed. */
export interface Asked {
  /** How many policies it named, each as often as it named it. */
  readonly policies: number;
  /** All that were so already, each once; left out when they are more than {@link MOST_LISTED}. */
  readonly unchanged?: readonly Policy[];
}

/** So many policies without effect are listed in an event; of more only their number is told. */
export const MOST_LISTED = 20;

/**
 * Somebody asked for what was already so. Nothing changed, but Cloud Foundry's agents are told that something might have:
 * the time of this event moves the mark they poll.
 */
export interface PoliciesConfirmed {
  readonly type: 'policies-confirmed';
  /** What was asked. */
  readonly command: 'add-policies' | 'remove-policies';
  /** How many policies the request named. */
  readonly policies: number;
  /** They, each once, where they are few: see {@link Asked.unchanged}. */
  readonly unchanged?: readonly Policy[];
}

/** A name holds a tag without taking part in a policy. */
export interface TagReserved {
  readonly type: 'tag-reserved';
  readonly reserved: TagOfApp;
}

export type PolicyEvent = PoliciesChanged | PoliciesConfirmed | TagReserved | GuardrailEvent;
