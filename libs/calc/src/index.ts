export { allowancesOf, desiredState, peersOf, type CellKnowledge } from './desired-state';
export type * from './inputs';
export type * from './outputs';
export { stateChange, type PortChange, type StateChange } from './state-change';
