import { emptyGuardrailBook, type GuardrailBook } from '../guardrail/guardrail-book';
import { PersistentMap } from '../persistent-map';
import { inboundKey, type Policy, type TagOfApp } from './policy';
import { fullTagPool, type TagPool } from './tag-pool';
import type { TimeBoxes } from './term';

/** What the book knows of one app that takes part in a policy, or of another name that holds a tag. */
export interface AppEntry {
  readonly tag: number;
  /** What the name stands for where that is no app; such a name takes part in no policy and keeps its tag. */
  readonly type?: string;
  /** The policies whose destination the app is, by {@link inboundKey}. */
  readonly inbound: PersistentMap<Policy>;
  /** How many policies the app is the source of. */
  readonly outbound: number;
}

/** The type of tags that belong to apps. */
export const APP_TYPE = 'app';

/** The current policy set, folded from the log. */
export interface PolicyBook {
  readonly apps: PersistentMap<AppEntry>;
  readonly tags: TagPool;
  readonly boxes: TimeBoxes;
  /** What no change may bring about, or not without being told so. */
  readonly guardrails: GuardrailBook;
}

/** A book without policies, with the tags 1–`lastTag`. */
export function emptyPolicyBook(lastTag: number): PolicyBook {
  return {
    ...{ apps: PersistentMap.empty(), tags: fullTagPool(lastTag), boxes: PersistentMap.empty() },
    guardrails: emptyGuardrailBook,
  };
}

/** Whether exactly this policy is in the book. */
export function hasPolicy(book: PolicyBook, policy: Policy): boolean {
  return book.apps.get(policy.destination)?.inbound.has(inboundKey(policy)) ?? false;
}

/** The tag of an app, if it takes part in any policy. */
export function tagOf(book: PolicyBook, app: string): number | undefined {
  return book.apps.get(app)?.tag;
}

/** What a name stands for, if it holds a tag: `app` for apps. */
export function typeOf(book: PolicyBook, app: string): string | undefined {
  const entry = book.apps.get(app);
  return entry && (entry.type ?? APP_TYPE);
}

/** Every policy once, in no promised order. */
export function* policiesIn(book: PolicyBook): Generator<Policy> {
  for (const { inbound } of book.apps.values()) yield* inbound.values();
}

/** Who holds which tag, and as what, in no promised order. */
export function tagsIn({ apps }: PolicyBook): TagOfApp[] {
  return Array.from(apps.entries(), ([app, { tag, type }]) => ({ app, tag, ...(type !== undefined && { type }) }));
}
