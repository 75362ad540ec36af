import type {
  AcknowledgeBreaks,
  AuditBook,
  AuditEvent,
  GroupBook,
  GroupCommand,
  GroupEvent,
  LeaseBook,
  LeaseCommand,
  LeaseEvent,
  PolicyBook,
  PolicyCommand,
  PolicyEvent,
} from '@heddle/domain';
import type { Ledger } from '@heddle/event-log';

/** The policies, on the topic of their own. */
export type PolicyLedger = Ledger<PolicyBook, PolicyCommand, PolicyEvent>;

/** The security groups, on the topic of their own. */
export type GroupLedger = Ledger<GroupBook, GroupCommand, GroupEvent>;

/** The leases, on the topic of their own. */
export type LeaseLedger = Ledger<LeaseBook, LeaseCommand, LeaseEvent>;

/** What was found out about the log itself, on the topic of its own. */
export type AuditLedger = Ledger<AuditBook, AcknowledgeBreaks, AuditEvent>;
