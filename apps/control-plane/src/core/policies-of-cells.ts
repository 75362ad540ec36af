import { policyKey, tagOf, type Policy, type PolicyEvent } from '@heddle/domain';
import { fromFact, type LogFollower, type LoggedEvent } from '@heddle/event-log';
import { renderTaggedPolicy } from '@heddle/wire-cf';
import type { PolicyLedger } from './ledgers';

interface Held {
  readonly policy: Policy;
  /** Lists are in the order in which policies were added. */
  readonly place: number;
  /** As cells get it. It stays the same while the policy is there, since its apps keep their tags as long. */
  text?: string;
}

/**
 * Every policy under both its apps, as the cells of Cloud Foundry ask for them: a thousand cells that each fetch the policies of
 * their apps after one change are answered from memory, out of texts that were written once.
 */
export class PoliciesOfCells {
  private readonly all = new Map<string, Held>();
  private readonly byApp = new Map<string, Set<Held>>();
  private added = 0;

  /**
   * @param follower which the ledger of the policies already follows, so that it knows the tags first.
   * @param tagLength in bytes
   */
  constructor(
    follower: LogFollower,
    private readonly policies: Pick<PolicyLedger, 'state'>,
    private readonly tagLength: number,
  ) {
    follower.subscribe((event) => this.take(event));
  }

  /** The policies in which any of the apps is source or destination, in the order they were added; all without apps. */
  list(apps?: readonly string[]): string[] {
    if (!apps) return Array.from(this.all.values(), (held) => this.textOf(held));
    const found = new Set<Held>();
    for (const app of apps) for (const held of this.byApp.get(app) ?? []) found.add(held);
    return [...found].sort((a, b) => a.place - b.place).map((held) => this.textOf(held));
  }

  private take(event: LoggedEvent): void {
    if (event.topic !== 'policy') return;
    const fact = fromFact<PolicyEvent>(event);
    if (fact.type !== 'policies-changed') return;
    for (const policy of fact.removed) this.remove(policy);
    for (const policy of fact.added) this.add(policy);
  }

  private add(policy: Policy): void {
    const held = { policy, place: this.added++ };
    this.all.set(policyKey(policy), held);
    for (const app of [policy.source, policy.destination]) {
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

  private textOf(held: Held): string {
    return (held.text ??= renderTaggedPolicy(
      {
        ...held.policy,
        sourceTag: this.tagOf(held.policy.source),
        destinationTag: this.tagOf(held.policy.destination),
      },
      this.tagLength,
    ));
  }

  private tagOf(app: string): number {
    const tag = tagOf(this.policies.state, app);
    if (tag === undefined)
      throw new Error(`the log is inconsistent: app '${app}' takes part in a policy but holds no tag`);
    return tag;
  }
}
