import type { IncomingMessage } from 'node:http';
import { BadRequest } from './problem';
import { readBody } from './request-body';

/**
 * The JSON that a request carries.
 * @param limit in bytes.
 * @throws {BadRequest} when it is none, or larger.
 */
export async function jsonBody(request: IncomingMessage, limit: number): Promise<unknown> {
  try {
    return JSON.parse((await readBody(request, limit)).toString('utf8'));
  } catch (error) {
    throw new BadRequest('invalid-request', `the body is not JSON of at most ${limit} bytes: ${String(error)}`);
  }
}
