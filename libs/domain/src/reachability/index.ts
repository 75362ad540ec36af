export { reachDelta, type ReachDelta } from './delta';
export { deltasByChange } from './deltas-by-change';
export { edgeDifferences, edgesOf, type Edge, type EdgeDifference } from './edges';
export { nextHop, type ReachedApp } from './hops';
export { stoodAt, type PolicySpan } from './policy-span';
export { allows, portsAllowed, type PortRange, type Traffic } from './ports';
export { standsAt, type Stand } from './stands';
