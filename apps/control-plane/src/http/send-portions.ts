import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Pace, type Portions } from '@heddle/platform';

/** Up to so many bytes are sent at once, which costs less than to wait for the client in between. */
const SMALL_BYTES = 1024 * 1024;

/**
 * Ends an answer with a body in portions: a long one as fast as the client takes it, with a rest now and then. One that goes away
 * meanwhile is no error.
 */
export async function sendPortions(response: ServerResponse, portions: Portions): Promise<void> {
  const size = portions.reduce((sum, { length }) => sum + length, 0);
  response.setHeader('Content-Length', size);
  if (size > SMALL_BYTES) return pipeline(inTurns(portions), response).catch(() => void response.destroy());
  response.end(portions.length === 1 ? portions[0] : Buffer.concat(portions));
}

/** A client on this machine takes megabytes without ever being waited for. */
async function* inTurns(portions: Portions): AsyncGenerator<Uint8Array, void> {
  const pace = new Pace();
  for (const portion of portions) {
    yield portion;
    await pace.rest();
  }
}
