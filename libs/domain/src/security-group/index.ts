export * from './commands';
export * from './events';
export { groupContradiction } from './contradiction';
export { defaultGroups, groupsOfSpace, spacesHeldIn, spacesOf, type GroupBook } from './group-book';
export { groupDecider } from './group-decider';
export { readRules } from './read-rules';
export type { RuleProblem, SecurityGroup, SecurityRule } from './security-group';
