export * from './commands';
export * from './events';
export { leaseContradiction } from './contradiction';
export { describeHolder, isKnownByAddress, sameHolder, sameLease, type Holder, type Lease } from './lease';
export { freeBlocks, type LeaseBook } from './lease-book';
export { leaseDecider } from './lease-decider';
export { describeNetworks, isInNetworks, poolSize, type LeaseKind, type OverlayPlan } from './overlay-plan';
export type { Quarantined } from './overlay-space';
export {
  forgot,
  heard,
  isKnown,
  overdue,
  serverTimeMs,
  silentForMs,
  ticked,
  unobserved,
  type Patience,
  type Presence,
  type Tick,
} from './presence';
