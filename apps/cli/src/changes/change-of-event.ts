import type { EventSourceMessage } from 'eventsource-parser';
import { UnreadableAnswer } from '../api/answers';
import { type Change, changeSchema } from '../api/schemas';

/**
 * The change that an event of the live stream tells of; undefined for events that tell of something else.
 * @throws {UnreadableAnswer} when it is no change as this version knows them.
 */
export function changeOfEvent({ event, data }: EventSourceMessage): Change | undefined {
  if (event !== 'change') return undefined;
  const told = parseJson(data);
  const checked = changeSchema.safeParse(told);
  if (checked.success) return told as Change;
  throw new UnreadableAnswer('an event of the live stream', checked.error);
}

/** Text that is not JSON becomes undefined, which no change is. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
