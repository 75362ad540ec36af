import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliDecompress } from 'node:zlib';
import { joinInTurns } from '@heddle/platform';

/**
 * Up to here a message stays as it is, readable by every tool: some 900 policies, and far below the smallest `max_payload` that
 * anyone sets (nats-server's own default is 1 MiB).
 */
export const LARGEST_PLAIN_BYTES = 64 * 1024;

/** How bytes can be coded, in the words of HTTP's `Content-Encoding`. */
export type ContentCoding = 'br';

/**
 * The second lowest quality: 9 MB with the same GUIDs again and again become 0.2 MB in 30 ms (the lowest: 0.7 MB in 10 ms;
 * deflate 2.9 MB in 100 ms), and higher ones take several times as long for a fifth less.
 */
const PARAMS = { [constants.BROTLI_PARAM_QUALITY]: 2, [constants.BROTLI_PARAM_LGWIN]: 22 };

/** No event comes near to it: a body of 10 MiB becomes 60 MiB at most, when every byte of it is invalid UTF-8. */
const LARGEST_EVENT_BYTES = 256 * 1024 * 1024;

const toBrotli = promisify(brotliCompress);

/** The bytes compressed, on another thread. */
export async function compress(bytes: Uint8Array): Promise<{ bytes: Uint8Array; coding: ContentCoding }> {
  return { bytes: await toBrotli(bytes, { params: PARAMS }), coding: 'br' };
}

/**
 * The bytes as they were, made on another thread where that takes work, out of portions that are taken one at a time.
 * @throws {Error} when the coding is not known here, or the bytes are not what it says.
 */
export async function decompress(coded: Iterable<Uint8Array>, coding: string | undefined): Promise<Uint8Array> {
  if (!coding) return joinInTurns([...coded]);
  if (coding !== 'br') throw new Error(`the bytes are coded as '${coding}', which this version does not know`);
  const portions: Uint8Array[] = [];
  let size = 0;
  await pipeline(coded, createBrotliDecompress({ chunkSize: LARGEST_PLAIN_BYTES }), async (decoded) => {
    for await (const portion of decoded as AsyncIterable<Buffer>) {
      size += portion.length;
      if (size > LARGEST_EVENT_BYTES) throw new Error(`the bytes come to more than ${LARGEST_EVENT_BYTES}`);
      portions.push(portion);
    }
  });
  return joinInTurns(portions);
}
