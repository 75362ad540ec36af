import { createHash, hash as hashAtOnce } from 'node:crypto';
import { encodeInSteps, FatalError, inTurns, isSmall, joinInTurns, type Portions } from '@heddle/platform';
import { canonicalJson, canonicalPieces } from './canonical-json';
import { compress, LARGEST_PLAIN_BYTES } from './content-coding';
import { envelopeIn, TYPE_PREFIX, type Envelope } from './envelope';
import type { EventDraft, LoggedEvent, SealedEvent } from './event-log';
import { parseInSteps } from './parse-in-steps';

/**
 * The fact that a draft becomes behind the event with a hash, in its topic. The bytes are canonical JSON, so that they can be
 * hashed as they are; the event is what they hold, which is not always the draft: JSON knows no `undefined`.
 */
export function sealEvent(draft: EventDraft, previousHash: string): SealedEvent {
  const text = canonicalJson(envelopeOf(draft, previousHash));
  const bytes = new TextEncoder().encode(text);
  return { event: eventOf(JSON.parse(text) as Envelope, hashOf(bytes)), bytes };
}

/** The same for a fact that may be large: made in turns, and compressed where it is. Its hash is that of what was compressed. */
export async function sealInTurns(draft: EventDraft, previousHash: string): Promise<SealedEvent> {
  if (isSmall(draft.data)) {
    const sealed = sealEvent(draft, previousHash);
    if (sealed.bytes.length <= LARGEST_PLAIN_BYTES) return sealed;
  }
  const portions = await inTurns(encodeInSteps(canonicalPieces(envelopeOf(draft, previousHash))));
  const hash = await inTurns(hashInSteps(portions));
  const bytes = await joinInTurns(portions);
  // What is large is not read back to see what it became: the draft is of our own making, and has no `undefined` in it.
  const event = { ...draft, previousHash, hash };
  return bytes.length > LARGEST_PLAIN_BYTES ? { event, ...(await compress(bytes)) } : { event, bytes };
}

/** So much of an event is hashed at once, in bytes. */
const PORTION = 64 * 1024;

function* hashInSteps(portions: Portions): Generator<void, string, void> {
  const hash = createHash('sha256');
  for (const portion of portions) {
    hash.update(portion);
    yield;
  }
  return hash.digest('hex');
}

/** The JSON that an event is in the log, in pieces. */
export function encodedPieces(event: LoggedEvent): Generator<string, void> {
  return canonicalPieces(envelopeOf(event, event.previousHash));
}

function envelopeOf(draft: EventDraft, previousHash: string): Envelope {
  return {
    specversion: '1.0',
    id: draft.id,
    source: 'heddle',
    type: TYPE_PREFIX + draft.type,
    subject: draft.topic,
    time: draft.time,
    datacontenttype: 'application/json',
    data: draft.data,
    actor: draft.actor.name,
    actoruserid: draft.actor.userId,
    actorclientid: draft.actor.clientId,
    reason: draft.reason,
    clientaddress: draft.address,
    correlationid: draft.correlationId,
    previoushash: previousHash,
  };
}

/**
 * The fact that these bytes hold.
 * @param hash that of the bytes, where somebody has computed it already
 * @throws {MalformedEvent} when they are not an envelope of ours.
 */
export function decodeEvent(bytes: Uint8Array, seq: number, hash = hashOf(bytes)): LoggedEvent {
  return { seq, ...eventOf(parseEnvelope(bytes, seq), hash) };
}

/** The same, with pauses where they are many. */
export function* decodeInSteps(bytes: Uint8Array, seq: number): Generator<void, LoggedEvent, void> {
  if (bytes.length <= PORTION) return decodeEvent(bytes, seq);
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += PORTION) {
    hash.update(bytes.subarray(at, at + PORTION));
    yield;
  }
  try {
    return { seq, ...eventOf(envelopeIn(yield* parseInSteps(bytes)), hash.digest('hex')) };
  } catch (cause) {
    throw new MalformedEvent(seq, { cause });
  }
}

function eventOf(event: Envelope, hash: string): Omit<LoggedEvent, 'seq'> {
  return {
    id: event.id,
    topic: event.subject,
    type: event.type.slice(TYPE_PREFIX.length),
    time: event.time,
    actor: {
      name: event.actor,
      ...(event.actoruserid !== undefined && { userId: event.actoruserid }),
      ...(event.actorclientid !== undefined && { clientId: event.actorclientid }),
    },
    ...(event.reason !== undefined && { reason: event.reason }),
    ...(event.clientaddress !== undefined && { address: event.clientaddress }),
    correlationId: event.correlationid,
    data: event.data,
    previousHash: event.previoushash,
    hash,
  };
}

/** SHA-256 of an encoded event, lower-case hex. */
export function hashOf(bytes: Uint8Array): string {
  return hashAtOnce('sha256', bytes);
}

/** Something in the log that Heddle did not write, or that was damaged. */
export class MalformedEvent extends FatalError {
  constructor(seq: number, options: ErrorOptions) {
    super(`event ${seq} of the log is not one that Heddle wrote: restore the log from a copy`, options);
    this.name = 'MalformedEvent';
  }
}

/** It keeps nothing from one text to the next. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseEnvelope(bytes: Uint8Array, seq: number): Envelope {
  try {
    return envelopeIn(JSON.parse(utf8.decode(bytes)));
  } catch (cause) {
    throw new MalformedEvent(seq, { cause });
  }
}
