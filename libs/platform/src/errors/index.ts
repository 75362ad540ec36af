export { FatalError, UserError } from './errors';
export { errorCodeOf, messageOf } from './error-code';
export { ExitCode, reportAndExitCode } from './exit-code';
