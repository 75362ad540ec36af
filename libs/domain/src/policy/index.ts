export * from './commands';
export * from './events';
export { policyContradiction } from './contradiction';
export { inboundKey, policyInWords, policyKey, type Policy, type Protocol, type TagOfApp } from './policy';
export { APP_TYPE, hasPolicy, policiesIn, tagOf, tagsIn, type AppEntry, type PolicyBook } from './policy-book';
export { endOf, type PolicyTerm, type TimeBox, type TimeBoxes } from './term';
export { revertItems, type RevertItem, type Standing } from './revert';
export { LAST_TAG, policyDecider } from './policy-decider';
export { freeTags } from './tag-pool';
