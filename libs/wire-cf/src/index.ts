export { BODY_LIMIT, parsePolicies, renderPolicies } from './policies';
export { parsePolicyQuery, type PolicyQuery } from './policy-query';
export { errorBody, goJson, WireError } from './wire-error';
