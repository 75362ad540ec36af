import { isNativeError } from 'node:util/types';

/** The operating system's name of an error (`ENOENT`), or undefined for any other thrown value. */
export function errorCodeOf(error: unknown): string | undefined {
  const code = isNativeError(error) && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What an unknown thrown value says about itself, in one line. */
export function messageOf(error: unknown): string {
  return isNativeError(error) ? error.message : String(error);
}
