import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Logger } from '@nestjs/common';
import type { Response } from 'express';

const logger = new Logger('http');

/**
 * Sends an answer while it is made, no faster than it is read. Where that fails the answer is cut off, which ends it without the last
 * chunk of HTTP, so whoever gets it notices; why is in the log, unless the client left.
 */
export async function sendAsMade(
  pieces: AsyncIterable<string | Uint8Array>,
  response: Response,
  gone: AbortSignal,
): Promise<void> {
  await pipeline(Readable.from(pieces), response).catch((error: unknown) => {
    response.destroy();
    if (!gone.aborted) logger.error(error);
  });
}
