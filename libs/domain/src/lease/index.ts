export * from './commands';
export * from './events';
export type { Lease } from './lease';
export type { LeaseBook, OverlayPlan } from './lease-book';
export { leaseDecider } from './lease-decider';
