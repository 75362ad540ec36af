export { BODY_LIMIT, parsePolicies, renderPolicies } from './policies';
export { renderTaggedPolicies } from './internal-policies';
export { parsePolicyQuery, type PolicyQuery } from './policy-query';
export { parseGroupQuery, renderGroups, type GroupQuery } from './security-groups';
export { parseTagReservation, renderTagReservation, type TagReservation } from './tag-reservation';
export { tagText } from './tag-text';
export { errorBody, goJson, WireError } from './wire-error';
