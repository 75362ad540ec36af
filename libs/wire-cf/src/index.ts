export { goDuration } from './go-duration';
export { BODY_LIMIT, parsePolicies } from './policies';
export { parsePolicyQuery, type PolicyQuery } from './policy-query';
export type { ApiVersion } from './policy-shapes';
export { renderPolicies } from './render-policies';
export { formatTag, renderTags } from './render-tags';
export { errorBody, goJson, WireError } from './wire-error';
