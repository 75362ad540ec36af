import {
  APP_TYPE,
  eachOf,
  policyKey,
  type GroupEvent,
  type LeaseEvent,
  type PoliciesChanged,
  type Policy,
  type PolicyEvent,
  type PolicyTerm,
  type Steps,
} from '@heddle/domain';
import { keyDigest, pairDigest } from '../digest';
import type { PolicySpanEntity, StandingKind, StandingSpanEntity } from '../entities';
import { STILL } from '../sequence';

/** A policy that stood before the batch, and the change that removed it. */
export interface EndedPolicy extends Pick<PolicySpanEntity, 'pairDigest' | 'protocol' | 'start' | 'end'> {
  readonly untilSeq: number;
}

/** What a batch of events begins, and what it ends of that which the tables have. What both begins and ends in it is there whole. */
export class Spans {
  policies: PolicySpanEntity[] = [];
  readonly endedPolicies: EndedPolicy[] = [];
  standing: StandingSpanEntity[] = [];
  /**
   * The same for a tag, a lease, a group or a guardrail: by the digest of its key, the change that ended it. The first one did: to begin
   * something ends what may stand in its place, and there may be nothing any more.
   */
  readonly endedStanding = new Map<string, number>();
  readonly #openPolicies = new Map<string, PolicySpanEntity>();
  readonly #openStanding = new Map<string, StandingSpanEntity>();

  /** Takes the next event of the log. Pauses within large ones. */
  *take(said: PolicyEvent | LeaseEvent | GroupEvent, seq: number): Steps<void> {
    switch (said.type) {
      case 'policies-changed':
        return yield* this.#changePolicies(said, seq);
      case 'tag-reserved':
        return this.#begin('tag', seq, 0, String(said.reserved.tag), tagAsIs(said.reserved));
      case 'lease-acquired':
        this.#end('lease', said.lease.cell, seq);
        return this.#begin('lease', seq, 0, said.lease.cell, said.lease);
      case 'lease-released':
      case 'lease-expired':
      case 'lease-fenced':
        return this.#end('lease', said.lease.cell, seq);
      case 'groups-changed':
        return this.#changeGroups(said, seq);
      case 'guardrail-set':
        this.#end('guardrail', said.guardrail.name, seq);
        return this.#begin('guardrail', seq, 0, said.guardrail.name, said.guardrail);
      case 'guardrail-removed':
        return this.#end('guardrail', said.guardrail.name, seq);
      case 'policies-confirmed':
      case 'lease-quarantine-ended':
        return;
    }
  }

  /** Takes out what began here and has ended; what stands stays, since it may end yet. */
  takeEnded(): Pick<Spans, 'policies' | 'standing'> {
    const ended = { policies: this.policies.filter(hasEnded), standing: this.standing.filter(hasEnded) };
    this.policies = this.policies.filter((span) => !hasEnded(span));
    this.standing = this.standing.filter((span) => !hasEnded(span));
    return ended;
  }

  *#changePolicies(change: PoliciesChanged, seq: number): Steps<void> {
    const { added, removed, tagsAllocated, tagsReleased, terms = [] } = change;
    const ends = new Map(terms.map((term) => [policyKey(term.policy), term]));
    yield* eachOf(removed, (policy) => this.#endPolicy(policy, seq));
    for (const { tag } of tagsReleased) this.#end('tag', String(tag), seq);
    tagsAllocated.forEach((tag, index) => this.#begin('tag', seq, index, String(tag.tag), tagAsIs(tag)));
    let fromIndex = 0;
    yield* eachOf(added, (policy) => {
      const key = policyKey(policy);
      this.#beginPolicy({ policy, expiresAtMs: ends.get(key)?.expiresAtMs ?? null }, seq, fromIndex++);
      ends.delete(key);
    });
    // The others stood already, and from here on with another end.
    for (const term of ends.values()) {
      this.#endPolicy(term.policy, seq);
      this.#beginPolicy(term, seq, fromIndex++);
    }
  }

  #beginPolicy({ policy, expiresAtMs: expiresMs }: PolicyTerm, fromSeq: number, fromIndex: number): void {
    const span = { fromSeq, fromIndex, untilSeq: STILL, pairDigest: pairDigest(policy), ...policy, expiresMs };
    this.policies.push(span);
    this.#openPolicies.set(policyKey(policy), span);
  }

  #endPolicy(policy: Policy, untilSeq: number): void {
    const key = policyKey(policy);
    const span = this.#openPolicies.get(key);
    if (span) span.untilSeq = untilSeq;
    else {
      const { protocol, start, end } = policy;
      this.endedPolicies.push({ pairDigest: pairDigest(policy), protocol, start, end, untilSeq });
    }
    this.#openPolicies.delete(key);
  }

  #changeGroups({ added, changed, removed }: GroupEvent, seq: number): void {
    for (const guid of removed) this.#end('group', guid, seq);
    for (const { guid } of changed) this.#end('group', guid, seq);
    [...added, ...changed].forEach((group, index) => this.#begin('group', seq, index, group.guid, group));
  }

  #begin(kind: StandingKind, fromSeq: number, fromIndex: number, key: string, value: unknown): void {
    const digest = keyDigest(kind, key);
    const span = { kind, fromSeq, fromIndex, untilSeq: STILL, keyDigest: digest, value: JSON.stringify(value) };
    this.standing.push(span);
    this.#openStanding.set(digest, span);
  }

  #end(kind: StandingKind, key: string, untilSeq: number): void {
    const digest = keyDigest(kind, key);
    const span = this.#openStanding.get(digest);
    if (span) span.untilSeq = untilSeq;
    else if (!this.endedStanding.has(digest)) this.endedStanding.set(digest, untilSeq);
    this.#openStanding.delete(digest);
  }
}

function hasEnded({ untilSeq }: { readonly untilSeq: number }): boolean {
  return untilSeq !== STILL;
}

function tagAsIs({ app, tag, type = APP_TYPE }: PoliciesChanged['tagsAllocated'][number]) {
  return { app, tag, type };
}
