import type { LoggedEvent } from '@heddle/event-log';

/** When the first event of a test's log was taken; each later one a second after the one before. */
const FIRST_TAKEN_MS = Date.UTC(2025, 10, 3, 9, 0, 0);

/** An event as the log would hold it, with everything that a test does not care about filled in. */
export function loggedEvent(
  seq: number,
  facts: Partial<LoggedEvent> & Pick<LoggedEvent, 'type' | 'data'>,
): LoggedEvent {
  return {
    seq,
    id: `event-${seq}`,
    topic: 'policy',
    time: new Date(FIRST_TAKEN_MS + (seq - 1) * 1000).toISOString(),
    actor: { name: 'admin' },
    correlationId: `request-${seq}`,
    previousHash: (seq - 1).toString(16).padStart(64, '0'),
    hash: seq.toString(16).padStart(64, '0'),
    ...facts,
  };
}
