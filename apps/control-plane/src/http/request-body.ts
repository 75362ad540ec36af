import type { IncomingMessage } from 'node:http';
import { joinInTurns } from '@heddle/platform';

/** A body with more bytes than a route reads. */
export class BodyTooLarge extends Error {
  constructor(readonly limit: number) {
    super(`the body is larger than ${limit} bytes`);
    this.name = 'BodyTooLarge';
  }
}

/** So long is listened for the rest of a body that is too large, in ms. */
const LINGER_MS = 500;

/**
 * Reads a request's body. Routes call it themselves, behind their guards, so that nobody without a good token makes the server
 * keep anything.
 *
 * A client that is still sending when its connection is closed may never see the answer. So the rest of a body that is too large is
 * listened for a while and thrown away.
 *
 * @throws {BodyTooLarge} when it has more bytes than the limit.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    let lingering: NodeJS.Timeout | undefined;
    const tooLarge = () => {
      clearTimeout(lingering);
      reject(new BodyTooLarge(limit));
    };
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        lingering ??= setTimeout(tooLarge, LINGER_MS);
      }
    });
    request.on('end', () => (size > limit ? tooLarge() : resolve()));
    request.on('close', () => {
      clearTimeout(lingering);
      reject(new Error('the connection ended before the body did'));
    });
    request.on('error', reject);
  });
  return joinInTurns(chunks);
}
