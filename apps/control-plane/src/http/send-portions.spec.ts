import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { sendPortions } from './send-portions';

/** A client that takes everything at once, and keeps the thread busy meanwhile. */
class Greedy extends Writable {
  size = 0;
  readonly headers = new Map<string, unknown>();

  setHeader(name: string, value: unknown): this {
    this.headers.set(name, value);
    return this;
  }
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.size += chunk.length;
    const until = performance.now() + 1;
    while (performance.now() < until);
    done();
  }
}

it('leaves the thread to others while it sends a long answer, also to a client that takes all of it at once', async () => {
  const client = new Greedy();
  let turns = 0;
  let isSent = false;
  const count = (): void => {
    turns++;
    if (!isSent) setImmediate(count);
  };
  setImmediate(count);
  await sendPortions(
    client as unknown as ServerResponse,
    Array.from({ length: 100 }, () => Buffer.alloc(64 * 1024)),
  );
  isSent = true;
  expect(client.size).toBe(100 * 64 * 1024);
  expect(client.headers.get('Content-Length')).toBe(client.size);
  expect(turns).toBeGreaterThan(5);
});
