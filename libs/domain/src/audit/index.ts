export { auditDecider, unacknowledged, type AcknowledgeBreaks, type AuditBook } from './audit-decider';
export type { AuditEvent, BreaksAcknowledged, LogBreak } from './events';
