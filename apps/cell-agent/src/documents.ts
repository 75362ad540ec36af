import type { LeaseGrant, StateListener } from '@heddle/cell-protocol';
import type { Alarms } from './alarms';
import type { Enforcer } from './enforcer';
import type { Knowledge } from './knowledge';
import type { Coalescer } from './lease/coalescer';
import type { Contact } from './lease/contact';
import type { LastGoodState, StateKeeper } from './lease/kept-state';
import type { LeaseHolder } from './lease/lease-holder';

interface Parts {
  readonly knowledge: Knowledge;
  readonly enforcer: Pick<Enforcer, 'knowledgeChanged'>;
  readonly alarms: Alarms;
  readonly contact: Contact;
  readonly keeper: Pick<StateKeeper, 'changed'>;
  readonly leaseNews: Pick<Coalescer, 'come'>;
  /** Who has to hear of leases; it comes into being after the listener. */
  readonly holder: () => Pick<LeaseHolder, 'documentCame'>;
  /** Which share of the peers may be missing at once. */
  readonly mostMissing: number;
}

/** Brings what the server says to those it is for. */
export function listenerFor(parts: Parts): StateListener {
  const { knowledge, enforcer, alarms, contact, keeper, leaseNews } = parts;
  const settleLeases = (): void => alarms.report('implausible-leases', knowledge.leasesSettled(parts.mostMissing));
  return {
    appChanged: (document) => {
      knowledge.appChanged(document);
      enforcer.knowledgeChanged();
      keeper.changed();
    },
    leaseChanged: (document) => {
      knowledge.leaseChanged(document);
      parts.holder().documentCame(document);
      if (alarms.has('implausible-leases')) settleLeases();
      leaseNews.come();
      keeper.changed();
    },
    malformed: (subject, { message }) =>
      alarms.raise('malformed-document', `${subject} cannot be read, so the one held stays: ${message}`),
    cutOff: () => contact.lost(),
    caughtUp: () => {
      settleLeases();
      contact.regained();
      enforcer.knowledgeChanged();
      keeper.changed();
    },
  };
}

/** What is worth keeping of what is known; `undefined` while that is not good enough to start from. */
export function stateToKeep(
  { cell, leases, apps }: Knowledge,
  grant: LeaseGrant | null,
  inTouchAtMs: number,
): LastGoodState | undefined {
  if (!grant || !leases.has(cell)) return undefined;
  const live = [...leases.values()].filter(({ peer }) => peer !== null);
  return { inTouchAtMs, grant, leases: live, apps: [...apps.values()] };
}
