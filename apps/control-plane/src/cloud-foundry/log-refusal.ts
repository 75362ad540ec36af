import { LogShort } from '@heddle/event-log';
import { WireError } from '@heddle/wire-cf';
import { LogBroken } from '../audit/log-broken';

/** What Cloud Foundry's clients are told where the log is not what it was, and takes nothing; `undefined` of any other failure. */
export function logRefusal(cause: unknown): WireError | undefined {
  if (cause instanceof LogBroken) return new WireError(503, cause.message, { cause, code: 'log-broken' });
  if (cause instanceof LogShort) return new WireError(503, cause.message, { cause, code: 'log-short' });
  return undefined;
}
