import { EventEmitter, once } from 'node:events';
import { decodeEvent, encodeEvent } from '../cloud-event';
import {
  AppendConflict,
  GENESIS_HASH,
  type EventDraft,
  type EventLog,
  type LoggedEvent,
  type ReadRange,
  type TopicHead,
} from '../event-log';

/** The log without a server, for tests of what stands on it. Passes the same contract suite as the real one. */
export class InMemoryEventLog implements EventLog {
  private readonly events: LoggedEvent[] = [];
  private readonly appended = new EventEmitter().setMaxListeners(0);

  async append(draft: EventDraft, head: TopicHead): Promise<LoggedEvent> {
    const known = this.events.find(({ id }) => id === draft.id);
    if (known) return known;
    const last = this.events.findLast(({ topic }) => topic === draft.topic);
    if ((last?.seq ?? 0) !== head.seq) throw new AppendConflict(draft.topic, head.seq);
    const bytes = encodeEvent(draft, { hash: last?.hash ?? GENESIS_HASH });
    const event = decodeEvent(bytes, this.events.length + 1);
    this.events.push(event);
    this.appended.emit('append');
    return event;
  }

  async *read({ after, upTo = Infinity, signal }: ReadRange): AsyncIterable<LoggedEvent> {
    for (let seq = after + 1; seq <= upTo; seq++) {
      while (this.events.length < seq && !signal?.aborted)
        await once(this.appended, 'append', { signal }).catch(() => {});
      if (signal?.aborted) return;
      yield this.events[seq - 1] as LoggedEvent;
    }
  }

  async lastSequence(): Promise<number> {
    return this.events.length;
  }
}
