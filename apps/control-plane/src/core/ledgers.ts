import type { LeaseBook, LeaseCommand, LeaseEvent, PolicyBook, PolicyCommand, PolicyEvent } from '@heddle/domain';
import type { Ledger } from '@heddle/event-log';

/** The policies, on the topic of their own. */
export type PolicyLedger = Ledger<PolicyBook, PolicyCommand, PolicyEvent>;

/** The leases, on the topic of their own. */
export type LeaseLedger = Ledger<LeaseBook, LeaseCommand, LeaseEvent>;
