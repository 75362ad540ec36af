import type { Fact } from '../picture/facts';
import { factOfMessage } from '../stream/fact-of-message';
import { readMessages } from '../stream/read-messages';

/** Pauses of a replay are 5 s at most. */
const SILENCE_MS = 45_000;

/**
 * Tells everything that a replay shows, in its order.
 * @throws {Error} when it is broken off
 */
export async function playReplay(body: ReadableStream<Uint8Array>, tell: (fact: Fact) => void): Promise<void> {
  for await (const message of readMessages(body, SILENCE_MS)) {
    if (message.event === 'end') return;
    const fact = factOfMessage(message);
    if (fact) tell(fact);
  }
  throw new Error('the control plane broke the replay off');
}
