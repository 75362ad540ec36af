import type { LoggedEvent } from '@heddle/event-log';
import type { EventEntity } from './entities';
import { UnreadableEvent } from './errors';

/**
 * An event as it stands in the table.
 * @throws {UnreadableEvent} when its time is none.
 */
export function toEventRow(event: LoggedEvent): EventEntity {
  const { seq, id, topic, type, time, actor, reason, address, correlationId, previousHash, hash, data } = event;
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs)) throw new UnreadableEvent(seq, type, `'${time}' is not a time`);
  return {
    seq,
    id,
    topic,
    type,
    time,
    timeMs,
    actorName: actor.name,
    actorUserId: actor.userId ?? null,
    actorClientId: actor.clientId ?? null,
    reason: reason ?? null,
    address: address ?? null,
    correlationId,
    previousHash,
    hash,
    data: JSON.stringify(data) ?? null,
  };
}

/** The event that a row of the table holds: equal to the one that was written. */
export function fromEventRow(row: EventEntity): LoggedEvent {
  const { seq, id, topic, type, time, correlationId, previousHash, hash } = row;
  return {
    seq,
    id,
    topic,
    type,
    time,
    actor: {
      name: row.actorName,
      ...(row.actorUserId !== null && { userId: row.actorUserId }),
      ...(row.actorClientId !== null && { clientId: row.actorClientId }),
    },
    ...(row.reason !== null && { reason: row.reason }),
    ...(row.address !== null && { address: row.address }),
    correlationId,
    data: row.data === null ? undefined : (JSON.parse(row.data) as unknown),
    previousHash,
    hash,
  };
}
