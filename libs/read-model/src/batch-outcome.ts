import {
  APP_TYPE,
  eachOf,
  type GroupEvent,
  type LeaseEvent,
  type LeaseMoved,
  type PoliciesChanged,
  type Policy,
  type SecurityGroup,
  type Steps,
} from '@heddle/domain';
import type { LoggedEvent } from '@heddle/event-log';
import { appDigest, policyDigest } from './digest';
import {
  placeOf,
  type EventAppEntity,
  type EventLeaseEntity,
  type LeaseEntity,
  type PolicyEntity,
  type TagEntity,
} from './entities';
import { readEventData } from './event-data';
import { Spans } from './past/spans';
import type { BegunSpans } from './past/write-spans';

/** A security group as it is after a batch, and its place; `null` for the one it has in the tables. */
export interface GroupOutcome {
  readonly group: SecurityGroup;
  readonly place: number | null;
}

/** Rows that are written once and stay as they are. */
export interface SettledRows {
  readonly concerns: readonly EventAppEntity[];
  readonly aboutLeases: readonly EventLeaseEntity[];
  readonly spans: BegunSpans;
}

/**
 * What a batch of events comes to in the end, however many steps it took: the statements needed do not grow with the
 * number of events. What is to go goes first; it may name rows that the tables do not have.
 */
export class BatchOutcome {
  readonly policiesToGo = new Set<string>();
  /** By digest. */
  readonly policies = new Map<string, PolicyEntity>();
  readonly tagsToGo = new Set<number>();
  /** By tag. */
  readonly tags = new Map<number, TagEntity>();
  readonly leasesToGo = new Set<string>();
  /** By cell. */
  readonly leases = new Map<string, LeaseEntity>();
  /** GUIDs of groups whose row is to be written anew or not at all. */
  readonly groupsToGo = new Set<string>();
  /** By GUID. One that a change touched keeps the place it has, if it has one. */
  readonly groups = new Map<string, GroupOutcome>();
  concerns: EventAppEntity[] = [];
  aboutLeases: EventLeaseEntity[] = [];
  readonly spans = new Spans();

  /**
   * Pauses after each event, and within large ones.
   * @throws {UnreadableEvent} when an event's data is not what its type says.
   */
  static *of(events: readonly LoggedEvent[]): Steps<BatchOutcome> {
    const outcome = new BatchOutcome();
    for (const event of events) {
      yield* outcome.take(event);
      yield;
    }
    return outcome;
  }

  /**
   * Folds one more event.
   * @throws {UnreadableEvent} when its data is not what its type says.
   */
  *take(event: LoggedEvent): Steps<void> {
    const said = yield* readEventData(event);
    if (said) yield* this.spans.take(said, event.seq);
    switch (said?.type) {
      case 'policies-changed':
        yield* this.#changePolicies(said, event.seq);
        break;
      case 'tag-reserved': {
        const { app, tag, type = APP_TYPE } = said.reserved;
        this.tags.set(tag, { tag, app, type });
        this.#concern([app], event.seq);
        break;
      }
      case 'policies-confirmed':
        this.#concern(appsOf(said.unchanged ?? []), event.seq);
        break;
      case 'guardrail-set':
      case 'guardrail-removed':
        this.#concern(new Set([...said.guardrail.from.apps, ...said.guardrail.to.apps]), event.seq);
        break;
      case 'lease-acquired':
      case 'lease-released':
      case 'lease-expired':
      case 'lease-fenced':
        this.#moveLease(said, event.seq);
        this.#noteLease(said, event.seq);
        break;
      case 'lease-quarantine-ended':
        this.#noteLease(said, event.seq);
        break;
      case 'groups-changed':
        this.#changeGroups(said, event.seq);
        break;
      case undefined:
        break;
    }
  }

  /**
   * Takes out the rows that no later event alters. Of an outcome that began with the log there is nothing in the tables that could have
   * to go, so what is named there goes from memory.
   */
  takeSettled(): SettledRows {
    const { concerns, aboutLeases } = this;
    [this.concerns, this.aboutLeases] = [[], []];
    for (const names of [this.policiesToGo, this.tagsToGo, this.leasesToGo, this.groupsToGo]) names.clear();
    this.spans.endedPolicies.length = 0;
    this.spans.endedStanding.clear();
    return { concerns, aboutLeases, spans: this.spans.takeEnded() };
  }

  *#changePolicies(change: PoliciesChanged, seq: number): Steps<void> {
    // Also those that were only named: somebody asked something about them.
    const apps = appsOf(change.asked?.unchanged ?? []);
    yield* eachOf(change.removed, (policy) => {
      apps.add(policy.source).add(policy.destination);
      const digest = policyDigest(policy);
      this.policies.delete(digest);
      this.policiesToGo.add(digest);
    });
    for (const { tag } of change.tagsReleased) {
      this.tags.delete(tag);
      this.tagsToGo.add(tag);
    }
    for (const { app, tag, type = APP_TYPE } of change.tagsAllocated) this.tags.set(tag, { tag, app, type });
    let addedIndex = 0;
    yield* eachOf(change.added, (policy) => {
      apps.add(policy.source).add(policy.destination);
      const digest = policyDigest(policy);
      this.policies.set(digest, { digest, ...policy, addedSeq: seq, addedIndex: addedIndex++ });
    });
    yield* eachOf(apps, (app) => this.#concern([app], seq));
  }

  #concern(apps: Iterable<string>, seq: number): void {
    for (const app of apps) this.concerns.push({ appDigest: appDigest(app), seq });
  }

  #changeGroups({ added, changed, removed }: GroupEvent, seq: number): void {
    for (const guid of removed) {
      this.groups.delete(guid);
      this.groupsToGo.add(guid);
    }
    added.forEach((group, index) => this.groups.set(group.guid, { group, place: placeOf(seq, index) }));
    for (const group of changed) {
      this.groups.set(group.guid, { group, place: this.groups.get(group.guid)?.place ?? null });
      this.groupsToGo.add(group.guid);
    }
  }

  #noteLease({ lease: { cell, overlaySubnet } }: LeaseEvent, seq: number): void {
    this.aboutLeases.push({ seq, cell, overlaySubnet });
  }

  #moveLease({ type, lease }: LeaseMoved, seq: number): void {
    this.leasesToGo.add(lease.cell);
    const { cell, underlayAddress, overlaySubnet, overlayHardwareAddress } = lease;
    if (type === 'lease-acquired')
      this.leases.set(cell, { cell, underlayAddress, overlaySubnet, overlayHardwareAddress, sinceSeq: seq });
    else this.leases.delete(lease.cell);
  }
}

function appsOf(policies: readonly Policy[]): Set<string> {
  return new Set(policies.flatMap(({ source, destination }) => [source, destination]));
}
