import type { NatsConnection } from 'nats';
import { LogUnavailable } from '../event-log';
import { readStream } from '../jetstream/read-stream';
import { decodeRefusal, type KeptRefusal, type Refusal } from './refusal';
import { boundsOf, REFUSED_STREAM } from './refusal-stream';

/** Which refusals are wanted; everything given must hold. */
export interface RefusalFilter {
  /** One of the policies named has this app as source or destination. */
  readonly app?: string;
  /** The name of the one who asked. */
  readonly actor?: string;
  /** At this time or later, in ms since 1970. */
  readonly sinceMs?: number;
  /** Before this time, in ms since 1970. */
  readonly untilMs?: number;
  /** Before this one. */
  readonly beforeSeq?: number;
  /** At most so many, from 1. */
  readonly limit: number;
}

/** Refusals, the newest first; `next` is the `beforeSeq` to go on with, `null` when there are no more. */
export interface RefusalPage {
  readonly refusals: readonly KeptRefusal[];
  readonly next: number | null;
}

const FIRST_STRETCH = 512;
const LONGEST_STRETCH = 8_192;
/** A page looks at about so many refusals at most, some 100 ms of work; then it ends, however little it has found. */
const MOST_LOOKED_AT = 20_000;
const MOST_STRETCHES = 64;
const TIMEOUT_MS = 10_000;
/** Clocks of control planes may differ, and a refusal may have waited: times are in order only so far. */
const DISORDER_MS = 600_000;

/**
 * Reads the stream backwards, stretch by stretch, each longer than the one before.
 * @throws {LogUnavailable} when the server does not answer.
 */
export async function listRefusals(connection: NatsConnection, filter: RefusalFilter): Promise<RefusalPage> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const bounds = await boundsOf(connection);
    if (!bounds) return { refusals: [], next: null };
    const found: KeptRefusal[] = [];
    let to = Math.min(bounds.last, (filter.beforeSeq ?? Infinity) - 1);
    let lookedAt = 0;
    for (let stretch = 0, length = FIRST_STRETCH; to >= bounds.first; stretch++) {
      if (stretch === MOST_STRETCHES || lookedAt >= MOST_LOOKED_AT) return { refusals: found, next: to + 1 };
      const from = Math.max(bounds.first, to - length + 1);
      const seen = await stretchOf(connection, from, to, signal);
      lookedAt += seen.length;
      found.push(...seen.filter((refusal) => matches(refusal, filter)).reverse());
      if (found.length > filter.limit) {
        const refusals = found.slice(0, filter.limit);
        return { refusals, next: refusals.at(-1)?.seq ?? null };
      }
      if (seen.some(({ time }) => Date.parse(time) < (filter.sinceMs ?? -Infinity) - DISORDER_MS)) break;
      to = from - 1;
      length = Math.min(length * 2, LONGEST_STRETCH);
    }
    return { refusals: found, next: null };
  } catch (cause) {
    throw new LogUnavailable('the refused attempts cannot be read now: try again', { cause });
  }
}

/** What is left of the messages between two sequences; `to` is not behind the last one there is. */
async function stretchOf(
  connection: NatsConnection,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<KeptRefusal[]> {
  const found: KeptRefusal[] = [];
  for await (const { seq, data } of readStream(connection, REFUSED_STREAM, from - 1, signal)) {
    if (seq > to) return found;
    const refusal = decodeRefusal(data);
    if (refusal) found.push({ seq, ...refusal });
    if (seq === to) return found;
  }
  throw new Error('the reading of refused attempts was cut off');
}

function matches({ time, actor, asked: { named = [] } }: Refusal, filter: RefusalFilter): boolean {
  const { app, sinceMs = -Infinity, untilMs = Infinity } = filter;
  const timeMs = Date.parse(time);
  if (timeMs < sinceMs || timeMs >= untilMs) return false;
  if (filter.actor !== undefined && actor.name !== filter.actor) return false;
  return app === undefined || named.some(({ source, destination }) => source === app || destination === app);
}
