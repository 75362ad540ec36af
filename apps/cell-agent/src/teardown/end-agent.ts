import { once } from 'node:events';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCodeOf } from '@heddle/platform';

const WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Lets the agent behind a socket end, and waits until it has; none at all is fine. @throws when it goes on. */
export async function endAgent(socketPath: string): Promise<void> {
  if ((await ask(socketPath, 'POST', '/v1/stop')) === null) return;
  for (let waitedMs = 0; waitedMs < WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
    await delay(LOOK_EVERY_MS);
    if ((await ask(socketPath, 'GET', '/v1/status')) === null) return;
  }
  throw new Error(`it still answers at ${socketPath} after ${WITHIN_MS / 1000} s`);
}

/** @returns the status of the answer; `null` when nobody listens. */
async function ask(socketPath: string, method: string, path: string): Promise<number | null> {
  const sent = request({ socketPath, method, path, timeout: WITHIN_MS });
  sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
  sent.end();
  try {
    const [response] = (await once(sent, 'response')) as [{ statusCode?: number; resume(): void }];
    response.resume();
    return response.statusCode ?? 0;
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(errorCodeOf(error) ?? '')) return null;
    throw error;
  }
}
