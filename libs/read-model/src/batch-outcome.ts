import type { LeaseEvent, PolicyEvent } from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { appDigest, policyDigest } from './digest';
import type { EventAppEntity, LeaseEntity, PolicyEntity } from './entities';
import { readEventData } from './event-data';

/**
 * What a batch of events comes to in the end, however many steps it took: the statements needed do not grow with the
 * number of events. What is to go goes first; it may name rows that the tables do not have.
 */
export class BatchOutcome {
  readonly policiesToGo = new Set<string>();
  /** By digest. */
  readonly policies = new Map<string, PolicyEntity>();
  readonly tagsToGo = new Set<number>();
  /** Apps by tag. */
  readonly tags = new Map<number, string>();
  readonly leasesToGo = new Set<string>();
  /** By cell. */
  readonly leases = new Map<string, LeaseEntity>();
  readonly concerns: EventAppEntity[] = [];

  /** @throws {UnreadableEvent} when an event's data is not what its type says. */
  constructor(events: readonly LoggedEvent[]) {
    for (const event of events) {
      const said = readEventData(event);
      if (said?.type === 'policies-changed') this.#changePolicies(said, event.seq);
      else if (said) this.#moveLease(said, event.seq);
    }
  }

  #changePolicies({ added, removed, tagsAllocated, tagsReleased }: PolicyEvent, seq: number): void {
    for (const policy of removed) {
      const digest = policyDigest(policy);
      this.policies.delete(digest);
      this.policiesToGo.add(digest);
    }
    for (const { tag } of tagsReleased) {
      this.tags.delete(tag);
      this.tagsToGo.add(tag);
    }
    for (const { app, tag } of tagsAllocated) this.tags.set(tag, app);
    added.forEach((policy, addedIndex) => {
      const digest = policyDigest(policy);
      this.policies.set(digest, { digest, ...policy, addedSeq: seq, addedIndex });
    });
    const apps = new Set([...added, ...removed].flatMap(({ source, destination }) => [source, destination]));
    for (const app of apps) this.concerns.push({ appDigest: appDigest(app), seq });
  }

  #moveLease({ type, lease }: LeaseEvent, seq: number): void {
    this.leasesToGo.add(lease.cell);
    if (type === 'lease-acquired') this.leases.set(lease.cell, { ...lease, sinceSeq: seq });
    else this.leases.delete(lease.cell);
  }
}
