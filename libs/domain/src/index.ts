export { inOneStep, type Decider, type InSteps } from './decider';
export * from './enforcement';
export * from './ipv4';
export * from './lease';
export { PersistentMap } from './persistent-map';
export * from './policy';
export * from './security-group';
export { atOnce, eachOf, type Steps } from './steps';
export { Refused, type RefusalCode } from './refused';
