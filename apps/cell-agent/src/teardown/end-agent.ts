import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCodeOf } from '@heddle/platform';

const WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;
/** What the system says where no agent is. */
const GONE = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];

/** Lets the agent behind a socket end, and waits until it has; none at all is fine. @throws when it goes on. */
export async function endAgent(socketPath: string): Promise<void> {
  if ((await ask(socketPath, 'POST', '/v1/stop')) === null) return;
  for (let waitedMs = 0; waitedMs < WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS);
    if ((await ask(socketPath, 'GET', '/v1/status')) === null) return;
  }
  throw new Error(`it still answers at ${socketPath} after ${WITHIN_MS / 1000} s`);
}

/** @returns the status of the answer; `null` when nobody listens, or ended while it was asked. */
function ask(socketPath: string, method: string, path: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    // A connection of its own: one that is kept from the last question may lead to an agent that has ended.
    const sent = request({ socketPath, method, path, agent: false, timeout: WITHIN_MS }, (response) => {
      response.on('error', () => {}).resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    // It stays to the end: an agent that ends breaks the connection also after its answer.
    sent.on('error', (error) => (GONE.includes(errorCodeOf(error) ?? '') ? resolve(null) : reject(error)));
    sent.end();
  });
}
