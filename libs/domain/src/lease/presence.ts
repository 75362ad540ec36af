import { PersistentMap } from '../persistent-map';
import type { Holder, Lease } from './lease';
import { keyOf } from './lease-book';

/**
 * A mark that an observer sends into the stream of renewals and gets back out of it, like everyone's renewal. It shows what
 * time it is on the clock that stamps them, and that everything before it has been read.
 */
export interface Tick {
  /** The stamp of the server: epoch milliseconds of its clock. */
  readonly stampedAtMs: number;
  /** When it was sent and when it came back: milliseconds of the observer's clock that never jumps. */
  readonly sentAtMs: number;
  readonly receivedAtMs: number;
}

/**
 * Who was heard of when, as one observer of the stream of renewals knows. All stamps are of one clock, the server's, and only
 * their differences count. The observer's own clock measures nothing but how long it has been looking without a break.
 */
export interface Presence {
  /** The stamp of the newest renewal, by the key of its holder. */
  readonly heardAtMs: PersistentMap<number>;
  /** The newest tick that came back. */
  readonly newest?: Tick;
  /** Since when ticks have come back without a break, on the observer's clock. */
  readonly lookingSinceMs?: number;
}

/** How patient an observer is. */
export interface Patience {
  /** A lease that was not renewed for this long ends. */
  readonly expiryMs: number;
  /** So long an observer looks before it believes that somebody is silent: long enough for everyone to renew once. */
  readonly lookMs: number;
}

/** Clocks drift apart by less than this between two ticks; what is more is a jump. */
const DRIFT_MS = 1_000;

/** An observer that knows nothing yet. */
export const unobserved: Presence = { heardAtMs: PersistentMap.empty() };

/** After a renewal with this stamp was read. */
export function heard(presence: Presence, holder: Holder, stampedAtMs: number): Presence {
  return { ...presence, heardAtMs: presence.heardAtMs.set(keyOf(holder), stampedAtMs) };
}

/** Whether a holder was ever heard of. */
export function isKnown({ heardAtMs }: Presence, holder: Holder): boolean {
  return heardAtMs.has(keyOf(holder));
}

/** After a holder was lost sight of on purpose: its lease has ended. */
export function forgot(presence: Presence, holder: Holder): Presence {
  return { ...presence, heardAtMs: presence.heardAtMs.delete(keyOf(holder)) };
}

/**
 * After a tick came back. Between two ticks the server's clock and the observer's go equally far: if the server's went further it
 * was set forward, and nobody has been silent on that account; what lies in the future was stamped before it was set back.
 * @param longestBreakMs ticks further apart than this, by the observer's clock, mean that it was cut off or stood still.
 */
export function ticked(presence: Presence, tick: Tick, longestBreakMs: number): Presence {
  const { newest, lookingSinceMs } = presence;
  const isUnbroken = newest && tick.receivedAtMs - newest.sentAtMs <= longestBreakMs;
  const leapMs = newest ? tick.stampedAtMs - newest.stampedAtMs - (tick.receivedAtMs - newest.sentAtMs) : 0;
  const isLeap = leapMs > DRIFT_MS || (newest && tick.stampedAtMs < newest.stampedAtMs);
  return {
    heardAtMs: isLeap ? leapt(presence.heardAtMs, Math.max(0, leapMs), tick.stampedAtMs) : presence.heardAtMs,
    newest: tick,
    lookingSinceMs: isUnbroken ? lookingSinceMs : tick.sentAtMs,
  };
}

function leapt(heardAtMs: Presence['heardAtMs'], byMs: number, latestMs: number): Presence['heardAtMs'] {
  let moved = heardAtMs;
  for (const [key, atMs] of heardAtMs.entries()) moved = moved.set(key, Math.min(atMs + byMs, latestMs));
  return moved;
}

/** What time it is on the server's clock, by the newest tick; `undefined` before the first. */
export function serverTimeMs({ newest }: Presence, monotonicMs: number): number | undefined {
  return newest && newest.stampedAtMs + (monotonicMs - newest.receivedAtMs);
}

/** For how long a holder has not been heard of; of one who never was, for how long the observer has looked. */
export function silentForMs(presence: Presence, holder: Holder, monotonicMs: number): number {
  const { heardAtMs, lookingSinceMs } = presence;
  const lastMs = heardAtMs.get(keyOf(holder));
  const nowMs = serverTimeMs(presence, monotonicMs);
  if (nowMs === undefined || lookingSinceMs === undefined) return 0;
  return Math.max(0, lastMs === undefined ? monotonicMs - lookingSinceMs : nowMs - lastMs);
}

/** The leases that nobody has renewed for too long. Nobody's, until the observer has looked for long enough without a break. */
export function overdue(presence: Presence, leases: Iterable<Lease>, { expiryMs, lookMs }: Patience): Lease[] {
  const { newest, lookingSinceMs } = presence;
  if (!newest || lookingSinceMs === undefined || newest.receivedAtMs - lookingSinceMs < lookMs) return [];
  return [...leases].filter((lease) => silentForMs(presence, lease, newest.receivedAtMs) >= expiryMs);
}
