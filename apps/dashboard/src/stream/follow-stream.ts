import { RequestRefused, TokenRefused, UnreadableAnswer } from '../api/errors';
import type { Fact } from '../picture/facts';
import { backoffMs, pause } from './backoff';
import { factOfMessage } from './fact-of-message';
import { readMessages } from './read-messages';

/** Three of the comments that the control plane sends every 15 s. */
const SILENCE_MS = 45_000;

/** What following needs from outside. */
export interface StreamSource {
  /** Opens the stream after the event that `cursor` names, or at the present moment. */
  open(cursor: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  /** Hears every fact in order. */
  tell(fact: Fact): void;
  now?(): number;
  random?(): number;
}

/**
 * Follows the live stream until the signal is aborted, opening it again whenever it ends.
 *
 * It goes on after the last event it has seen, so nothing is lost and lists stay true. When that is impossible (none
 * seen yet, the control plane no longer knows the cursor, or sent something unreadable) it starts at the present
 * moment and says so by `resumed: false`: lists must be read again, *after* this, to be sure that nothing fell between.
 * @throws {TokenRefused} when there is no use in trying again
 */
export async function followStream(source: StreamSource, signal: AbortSignal): Promise<void> {
  const { now = Date.now, random = Math.random } = source;
  let cursor: string | null = null;
  let failures = 0;
  while (!signal.aborted) {
    try {
      const body = await source.open(cursor, signal);
      source.tell({ type: 'stream-opened', resumed: cursor !== null });
      for await (const message of readMessages(body, SILENCE_MS)) {
        const fact = factOfMessage(message);
        if (fact) source.tell(fact);
        cursor = message.id ?? cursor;
        failures = 0;
      }
      throw new Error('the control plane closed the stream');
    } catch (error) {
      if (error instanceof TokenRefused) throw error;
      if (signal.aborted) return;
      if (isCursorUseless(error)) cursor = null;
      source.tell({ type: 'stream-lost', at: now(), why: error instanceof Error ? error.message : String(error) });
      await pause(backoffMs(failures++, random()), signal).catch(() => undefined);
    }
  }
}

/** Whether going on from the same event would only fail again. */
function isCursorUseless(error: unknown): boolean {
  return error instanceof UnreadableAnswer || (error instanceof RequestRefused && error.status < 500);
}
