export type { Box } from './boxes';
export { outwardContainers, type OutsideKnowledge, type OutwardContainer } from './outside';
export { joinRanges, type Range } from './ranges';
export { Reaches, type DeniedNetworks } from './reaches';
export type { Places, Reach } from './reach';
export { addressRange, icmpNumber } from './read-rule';
