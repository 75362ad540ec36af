import { eachOf, policyKey, type PoliciesChanged, type Policy, type PolicyEvent, type Steps } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import { inTurns, takeInTurns } from '@heddle/platform';
import type { PolicyFilter } from '@heddle/read-model';
import { renderTaggedPolicy } from '@heddle/wire-cf';

interface Held {
  readonly policy: Policy;
  /** Of its apps, which keep them while the policy is there. */
  readonly tags: { readonly source: number; readonly destination: number };
  /** Lists are in the order in which policies were added. */
  readonly place: number;
  /** As cells get it, once somebody asked. */
  text?: string;
}

/**
 * Every policy that stands under both its apps, from which the lists of both APIs are answered: users' as soon as their change is
 * folded, without waiting for the tables to be written; and those of a thousand cells that each fetch the policies of their apps after
 * one change, out of texts that were written once. A large change is taken in turns, and nobody sees a part of it.
 */
export class StandingPolicies {
  private readonly all = new Map<string, Held>();
  private readonly byApp = new Map<string, Set<Held>>();
  private readonly tags = new Map<string, number>();
  private added = 0;
  /** While a large change is taken. */
  private taking: Promise<void> | undefined;

  /** @param tagLength in bytes */
  constructor(
    follower: LogFollower,
    private readonly tagLength: number,
  ) {
    follower.subscribe((event) => (event.topic === 'policy' ? this.take(event) : undefined));
  }

  /** Those for which every given list holds, in the order they were added. */
  async list(filter: PolicyFilter = {}): Promise<Policy[]> {
    return (await this.matching(filter)).map(({ policy }) => policy);
  }

  /** The same as cells get them: each with its tags, in JSON. */
  async textsForCells(filter: PolicyFilter): Promise<string[]> {
    return inTurns(this.textsOf(await this.matching(filter)));
  }

  private async matching({ either, sources, destinations }: PolicyFilter): Promise<Held[]> {
    while (this.taking) await this.taking;
    const apps = either ?? sources ?? destinations;
    const found = apps ? this.heldBy(apps) : [...this.all.values()];
    const isWanted = [
      isAmong(sources, ({ source }) => source),
      isAmong(destinations, ({ destination }) => destination),
    ];
    return found.filter(({ policy }) => isWanted.every((holds) => holds(policy)));
  }

  private heldBy(apps: readonly string[]): Held[] {
    const found = new Set<Held>();
    for (const app of apps) for (const held of this.byApp.get(app) ?? []) found.add(held);
    return [...found].sort((a, b) => a.place - b.place);
  }

  private *textsOf(those: readonly Held[]): Steps<string[]> {
    const texts: string[] = [];
    yield* eachOf(those, (held) => {
      held.text ??= renderTaggedPolicy(held.policy, held.tags, this.tagLength);
      texts.push(held.text);
    });
    return texts;
  }

  private take(event: LoggedEvent): void | Promise<void> {
    const fact = fromFact<PolicyEvent>(event);
    if (fact.type === 'tag-reserved') this.tags.set(fact.reserved.app, fact.reserved.tag);
    if (fact.type !== 'policies-changed') return;
    const taken = takeInTurns(this.change(fact), () => (this.taking = undefined));
    this.taking = taken ?? undefined;
    return taken;
  }

  private *change({ added, removed, tagsAllocated, tagsReleased }: PoliciesChanged): Steps<void> {
    yield* eachOf(tagsAllocated, ({ app, tag }) => this.tags.set(app, tag));
    yield* eachOf(removed, (policy) => this.remove(policy));
    yield* eachOf(added, (policy) => this.add(policy));
    yield* eachOf(tagsReleased, ({ app }) => this.tags.delete(app));
  }

  private add(policy: Policy): void {
    const { source, destination } = policy;
    const tags = { source: this.tagOf(source), destination: this.tagOf(destination) };
    const held = { policy, tags, place: this.added++ };
    this.all.set(policyKey(policy), held);
    for (const app of [source, destination]) {
      const those = this.byApp.get(app);
      if (those) those.add(held);
      else this.byApp.set(app, new Set([held]));
    }
  }

  private remove(policy: Policy): void {
    const key = policyKey(policy);
    const held = this.all.get(key);
    if (!held) return;
    this.all.delete(key);
    for (const app of [policy.source, policy.destination]) {
      const those = this.byApp.get(app);
      those?.delete(held);
      if (those?.size === 0) this.byApp.delete(app);
    }
  }

  private tagOf(app: string): number {
    const tag = this.tags.get(app);
    if (tag === undefined)
      throw new Error(`the log is inconsistent: app '${app}' takes part in a policy but holds no tag`);
    return tag;
  }
}

/** Whether an app of a policy is one of some, if any are given. */
function isAmong(apps: readonly string[] | undefined, appOf: (policy: Policy) => string): (policy: Policy) => boolean {
  if (!apps) return () => true;
  const wanted = new Set(apps);
  return (policy) => wanted.has(appOf(policy));
}
