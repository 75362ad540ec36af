import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Portions } from '@heddle/platform';

/** Up to so many bytes are sent at once, which costs less than to wait for the client in between. */
const SMALL_BYTES = 1024 * 1024;

/** Ends an answer with a body in portions: a long one as fast as the client takes it. One that goes away meanwhile is no error. */
export async function sendPortions(response: ServerResponse, portions: Portions): Promise<void> {
  const size = portions.reduce((sum, { length }) => sum + length, 0);
  response.setHeader('Content-Length', size);
  if (size > SMALL_BYTES) return pipeline(Readable.from(portions), response).catch(() => void response.destroy());
  response.end(portions.length === 1 ? portions[0] : Buffer.concat(portions));
}
