import { FatalError } from '@heddle/platform';
import type { EventDraft, LoggedEvent } from './event-log';

/** The version that every event is written in today. A new one needs an upcaster from each older one, here. */
const VERSION = 'v1';

/** How a domain event stands in the log: its type with a version, and the rest of it as data. */
export function toFact<Event extends { type: string }>({ type, ...data }: Event): Pick<EventDraft, 'type' | 'data'> {
  return { type: `${type}.${VERSION}`, data };
}

/**
 * The domain event that a fact holds. The log is written by Heddle alone and under a hash chain, and what was altered is found before
 * anybody folds it, so only the version is checked here.
 * @throws {UnknownFact} when it was written by a newer Heddle.
 */
export function fromFact<Event extends { type: string }>({ seq, type, data }: LoggedEvent): Event {
  const dot = type.indexOf('.');
  if (type.slice(dot + 1) !== VERSION) throw new UnknownFact(seq, type);
  return { type: type.slice(0, dot), ...(data as object) } as Event;
}

/** A fact in a version that this program does not know: to go on without it would be to contradict those who do. */
export class UnknownFact extends FatalError {
  constructor(seq: number, type: string) {
    super(`event ${seq} has type '${type}', which this version does not know: upgrade before reading this log`);
    this.name = 'UnknownFact';
  }
}
