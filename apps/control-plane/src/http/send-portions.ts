import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Portions } from '@heddle/platform';

/** Ends an answer with a body in portions, as fast as the client takes them. One that goes away meanwhile is no error. */
export async function sendPortions(response: ServerResponse, portions: Portions): Promise<void> {
  response.setHeader(
    'Content-Length',
    portions.reduce((sum, { length }) => sum + length, 0),
  );
  if (portions.length <= 1) return void response.end(portions[0]);
  await pipeline(Readable.from(portions), response).catch(() => response.destroy());
}
