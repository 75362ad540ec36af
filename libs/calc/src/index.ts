export { allowancesOf, desiredState, type CellKnowledge } from './desired-state';
export type * from './inputs';
export { knowledgeUnder, type HeldContainer, type WholeKnowledge } from './knowledge-under';
export * from './outside';
export type * from './outputs';
export { peersOf } from './peers';
export { whyImplausible, type LeaseReading } from './plausible-leases';
export { portsOf, stateChange, type PortChange, type StateChange } from './state-change';
