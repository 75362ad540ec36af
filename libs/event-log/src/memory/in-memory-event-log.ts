import { EventEmitter, once } from 'node:events';
import {
  AppendConflict,
  type EventLog,
  type LoggedEvent,
  type Place,
  type ReadRange,
  type SealedEvent,
} from '../event-log';

/** The log without a server, for tests of what stands on it. Passes the same contract suite as the real one. */
export class InMemoryEventLog implements EventLog {
  private readonly events: LoggedEvent[] = [];
  private readonly appended = new EventEmitter().setMaxListeners(0);

  async append({ event: fact }: SealedEvent, behind: Place): Promise<LoggedEvent> {
    const known = this.events.find(({ id }) => id === fact.id);
    if (known) return known;
    const isFree =
      'id' in behind
        ? this.events.at(-1)?.id === behind.id
        : (this.events.findLast(({ topic }) => topic === fact.topic)?.seq ?? 0) === behind.seq;
    if (!isFree) throw new AppendConflict(fact.topic, behind);
    const event = { seq: this.events.length + 1, ...fact };
    this.events.push(event);
    this.appended.emit('append');
    return event;
  }

  async *read({ after, upTo = Infinity, signal, isKnown }: ReadRange): AsyncIterable<LoggedEvent> {
    for (let seq = after + 1; seq <= upTo; seq++) {
      while (this.events.length < seq && !signal?.aborted)
        await once(this.appended, 'append', { signal }).catch(() => {});
      if (signal?.aborted) return;
      if (!isKnown?.(seq)) yield this.events[seq - 1] as LoggedEvent;
    }
  }

  async lastSequence(): Promise<number> {
    return this.events.length;
  }
}
