import {
  canonicalJson,
  canonicalPieces,
  compress,
  decompress,
  LARGEST_PLAIN_BYTES,
  parseInSteps,
  type LoggedEvent,
} from '@heddle/event-log';
import { encodeInSteps, inTurns, isSmall, joinInTurns } from '@heddle/platform';
import type { EventEntity } from './entities';
import { UnreadableEvent } from './errors';

/** What the text of compressed data begins with, which no JSON does; Brotli in base64 follows. */
const COMPRESSED = 'br:';

/** Whether the row is so large that it is better written by itself. */
export function isLarge({ data }: EventEntity): boolean {
  return data !== null && data.startsWith(COMPRESSED);
}

/** Of one whose time cannot be read; it was altered, and is passed over. */
const NO_TIME_MS = 0;

/**
 * An event as it stands in the table. As in the log, large data is compressed: the tables would otherwise hold up the process
 * for as long as it takes to copy 10 MB several times, and the disk with it.
 * @throws {UnreadableEvent} when its time is none, unless it is passed over.
 */
export async function toEventRow(event: LoggedEvent, isPassedOver = false): Promise<EventEntity> {
  const { seq, id, topic, type, time, actor, reason, address, correlationId, previousHash, hash } = event;
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs) && !isPassedOver) throw new UnreadableEvent(seq, type, `'${time}' is not a time`);
  return {
    seq,
    id,
    topic,
    type,
    time,
    timeMs: Number.isNaN(timeMs) ? NO_TIME_MS : timeMs,
    actorName: actor.name,
    actorUserId: actor.userId ?? null,
    actorClientId: actor.clientId ?? null,
    reason: reason ?? null,
    address: address ?? null,
    correlationId,
    previousHash,
    hash,
    data: event.data === undefined ? null : await textOf(event.data),
  };
}

async function textOf(data: unknown): Promise<string> {
  if (isSmall(data)) {
    const text = canonicalJson(data);
    if (Buffer.byteLength(text) <= LARGEST_PLAIN_BYTES) return text;
  }
  const json = await joinInTurns(await inTurns(encodeInSteps(canonicalPieces(data))));
  if (json.length <= LARGEST_PLAIN_BYTES) return json.toString();
  return COMPRESSED + (await inTurns(base64Of((await compress(json)).bytes)));
}

/** The event that a row of the table holds: equal to the one that was written. */
export async function fromEventRow(row: EventEntity): Promise<LoggedEvent> {
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
    data: row.data === null ? undefined : await dataOf(row.data),
    previousHash,
    hash,
  };
}

async function dataOf(text: string): Promise<unknown> {
  if (!text.startsWith(COMPRESSED)) return JSON.parse(text) as unknown;
  return inTurns(parseInSteps(await decompress(bytesOf(text.slice(COMPRESSED.length)), 'br')));
}

/** So many bytes are written in base64 at once; three of them are four characters. */
const PORTION = 3 * 16 * 1024;

function* base64Of(bytes: Uint8Array): Generator<void, string, void> {
  const written: string[] = [];
  for (let at = 0; at < bytes.length; at += PORTION) {
    written.push(Buffer.from(bytes.subarray(at, at + PORTION)).toString('base64'));
    yield;
  }
  return written.join('');
}

function* bytesOf(base64: string): Generator<Uint8Array> {
  const characters = (PORTION / 3) * 4;
  for (let at = 0; at < base64.length; at += characters) yield Buffer.from(base64.slice(at, at + characters), 'base64');
}
