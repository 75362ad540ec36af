export { concernOfApps, concernOfSpaces, type Concern } from './concern';
export { spaceKey, spaceOfKey, type DocumentKey } from './document-key';
export * from './enforcement';
export {
  cellFacts,
  emptyEnforcementBook,
  isInForce,
  withChangeKept,
  type CellFacts,
  type ChangeEnforcement,
  type EnforcedDocument,
  type EnforcementBook,
  type LeasesFollowed,
  type PlacedContainer,
} from './enforcement-book';
export type { EnforcedStretch, Step } from './enforcement-step';
export { cellFollows, leaseCommitted, leaseRecalled, leaseRestored, type LeaseCommitted } from './follow-leases';
export { changesMissingOn, concernedByLease } from './lease-enforcement';
export { spaceByPlacement } from './space-by-placement';
export { exposureWindow, type ExposureWindow } from './exposure';
export { inForceAt, type CellAt } from './in-force-at';
