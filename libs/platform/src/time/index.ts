export { backoff, type Backoff, type BackoffSteps } from './backoff';
export { nowMs } from './clock';
export { retry, type RetryBounds } from './retry';
export { sleep } from './sleep';
export { epochMsOf, isoTime } from './iso-time';
