import { UserError } from '@heddle/platform/errors';
import { refusedArgument } from '../arguments/refused-argument';

/**
 * Reads the option `--url`.
 * @throws {UserError} when it is no URL of an HTTP server.
 */
export function parseControlPlaneUrl(text: string): string {
  const isHttp = URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
  if (!isHttp) throw refusedArgument('--url', text, 'a URL with http:// or https://');
  return text;
}

/**
 * The URL all requests begin with: without user, query, fragment and slash at its end.
 * @throws {UserError} when it holds a user or a password, which would be sent to nobody.
 */
export function baseUrl(text: string): string {
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    throw new UserError(
      'url-invalid',
      `the URL of the control plane at ${url.host} must not hold a user or a password: use a token (HEDDLE_TOKEN, --token-file)`,
    );
  }
  return url.origin + url.pathname.replace(/\/+$/, '');
}
