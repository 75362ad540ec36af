export { desiredState, type CellKnowledge } from './desired-state';
export type * from './inputs';
export type * from './outputs';
