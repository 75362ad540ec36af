export { goDuration } from './go-duration';
export { renderListInSteps, renderTaggedPolicy } from './internal-policies';
export { BODY_LIMIT, parsePolicies } from './policies';
export { parsePolicyQuery, type PolicyQuery } from './policy-query';
export type { ApiVersion } from './policy-shapes';
export { renderInSteps } from './render-policies';
export { formatTag, renderTags } from './render-tags';
export { parseGroupQuery, renderGroups, type GroupQuery } from './security-groups';
export {
  parseSilkAcquisition,
  parseSilkRelease,
  parseSilkRenewal,
  renderSilkLease,
  renderSilkLeases,
  silkErrorBody,
} from './silk-leases';
export { parseTagReservation, renderTagReservation, type TagReservation } from './tag-reservation';
export { errorBody, goJson, WireError } from './wire-error';
