import { stateSubject, type LeaseGrant } from '@heddle/cell-protocol';
import type { Alarms } from './alarms';
import type { Enforcer } from './enforcer';
import type { Knowledge } from './knowledge';
import type { Coalescer } from './lease/coalescer';
import type { Contact } from './lease/contact';
import type { LastGoodState, StateKeeper } from './lease/kept-state';
import { LeaseDoubt } from './lease/lease-doubt';
import type { LeaseHolder } from './lease/lease-holder';
import type { DocumentListener } from './uplink';

interface Parts {
  readonly knowledge: Knowledge;
  readonly enforcer: Pick<Enforcer, 'knowledgeChanged'>;
  readonly alarms: Alarms;
  readonly contact: Contact;
  readonly keeper: Pick<StateKeeper, 'changed'>;
  readonly leaseNews: Pick<Coalescer, 'come'>;
  /** Lets through documents that say what is known already, for the receipts alone. */
  readonly repeats: Pick<Coalescer, 'come'>;
  /** Who has to hear of leases; it comes into being after the listener. */
  readonly holder: () => Pick<LeaseHolder, 'documentCame'>;
  /** Hears when everything was read again. */
  readonly resynced: () => void;
  /** Which share of the peers may be missing at once. */
  readonly mostMissing: number;
}

/** Brings what the server says to those it is for. */
export function listenerFor(parts: Parts): DocumentListener {
  const { knowledge, enforcer, alarms, contact, keeper, leaseNews, repeats } = parts;
  const doubt = new LeaseDoubt(knowledge, parts.mostMissing, alarms);
  const malformed = new MalformedDocuments(alarms);
  return {
    appChanged: (document) => {
      malformed.over(stateSubject.app(document.app));
      if (knowledge.appChanged(document)) enforcer.knowledgeChanged();
      else repeats.come();
      keeper.changed();
    },
    leaseChanged: (document) => {
      malformed.over(stateSubject.lease(document.cell));
      const isNew = knowledge.leaseChanged(document);
      parts.holder().documentCame(document);
      doubt.leaseCame();
      if (isNew) leaseNews.come();
      else repeats.come();
      keeper.changed();
    },
    spaceChanged: (document) => {
      malformed.over(stateSubject.space(document.space));
      if (knowledge.spaceChanged(document)) enforcer.knowledgeChanged();
      else repeats.come();
      keeper.changed();
    },
    verified: (upTo) => {
      // Whoever cannot read a lease has not got all of them.
      if (!malformed.hasLease && knowledge.leasesVerified(upTo)) enforcer.knowledgeChanged();
    },
    malformed: (subject, { message }) => {
      knowledge.leaseUnreadable((cell) => stateSubject.lease(cell) === subject);
      malformed.came(subject, message);
    },
    appLeft: (app) => malformed.over(stateSubject.app(app)),
    spaceLeft: (space) => malformed.over(stateSubject.space(space)),
    cutOff: () => contact.lost(),
    caughtUp: () => {
      parts.resynced();
      doubt.settle();
      contact.regained();
      enforcer.knowledgeChanged();
      keeper.changed();
    },
  };
}

const LEASES = stateSubject.everyLease.slice(0, -1);

/** Documents that cannot be read, each until a newer one of the same subject can, or nobody needs it. */
class MalformedDocuments {
  private readonly reasons = new Map<string, string>();

  constructor(private readonly alarms: Alarms) {}

  came(subject: string, reason: string): void {
    this.reasons.set(subject, `${subject} cannot be read, so the one held stays: ${reason}`);
    this.report();
  }

  over(subject: string): void {
    if (this.reasons.delete(subject)) this.report();
  }

  get hasLease(): boolean {
    return [...this.reasons.keys()].some((subject) => subject.startsWith(LEASES));
  }

  private report(): void {
    const [first = null] = this.reasons.values();
    this.alarms.report('malformed-document', first);
  }
}

/** What is worth keeping of what is known; `undefined` while that is not good enough to start from. */
export function stateToKeep(
  { cell, leases, apps, spaces }: Knowledge,
  grant: LeaseGrant | null,
  inTouchAtMs: number,
): LastGoodState | undefined {
  if (!grant || !leases.has(cell)) return undefined;
  const live = [...leases.values()].filter(({ peer }) => peer !== null);
  return { inTouchAtMs, grant, leases: live, apps: [...apps.values()], spaces: [...spaces.values()] };
}
