import { digestsIn, type StateBeat } from './state-beat';

/** What a cell has learned from beats. */
export interface Verified {
  readonly epoch: string | null;
  /** Every document held is as new as this change, as far as it touched the document; `null` before that is known. */
  readonly upTo: number | null;
  /** The change that is held or was verified, and since when no beat has come up to it, in ms of a monotonic clock. */
  readonly ahead: { readonly rev: number; readonly sinceMs: number } | null;
}

/** Before the first beat. */
export const nothingVerified: Verified = { epoch: null, upTo: null, ahead: null };

/** What a cell holds, as far as beats are concerned. */
export interface HeldRevisions {
  /** The revision held of a subject, 0 for none; `undefined` for one that nobody watches. */
  of(subject: string): number | undefined;
  /** The subject with this digest; `undefined` when nobody watches it, or it is that of a lease. */
  subjectOf(digest: string): string | undefined;
  /** The newest of all. */
  readonly newest: number;
}

/** What is to be done after a beat. */
export type Remedy =
  | { readonly kind: 'none' }
  /** The messages of these were lost. */
  | { readonly kind: 'fetch'; readonly subjects: readonly string[] }
  | { readonly kind: 'read-all' }
  /** What is read counts, also where it is older than what is held. */
  | { readonly kind: 'read-all-anew' };

/** A control plane that has just started, or is slow, may know less for a moment. */
const AHEAD_FOR_MS = 3_000;
const NONE: Remedy = { kind: 'none' };

/** What a beat says about what is held. Beats may be lost, come twice, late, or from several control planes. */
export function judgeBeat(
  verified: Verified,
  beat: StateBeat,
  held: HeldRevisions,
  nowMs: number,
): { readonly verified: Verified; readonly remedy: Remedy } {
  const { epoch, from, upTo } = beat;
  if (verified.epoch !== null && verified.epoch !== epoch)
    return { verified: { ...nothingVerified, epoch }, remedy: { kind: 'read-all-anew' } };
  const ahead = aheadOf(verified, Math.max(verified.upTo ?? 0, held.newest), upTo, nowMs);
  if (ahead && nowMs - ahead.sinceMs >= AHEAD_FOR_MS)
    return { verified: { ...nothingVerified, epoch }, remedy: { kind: 'read-all-anew' } };
  const known = { epoch, upTo: verified.upTo, ahead };
  if (known.upTo === null || from > known.upTo) return { verified: known, remedy: { kind: 'read-all' } };
  if (upTo < known.upTo) return { verified: known, remedy: NONE };
  const subjects = missedOf(beat, held);
  // What is fetched now is found to be here by the next beat.
  if (subjects.length > 0) return { verified: known, remedy: { kind: 'fetch', subjects } };
  return { verified: { ...known, upTo }, remedy: NONE };
}

function missedOf(beat: StateBeat, held: HeldRevisions): string[] {
  const missed = beat.leases.filter(([subject, rev]) => (held.of(subject) ?? rev) < rev).map(([subject]) => subject);
  for (const [digest, rev] of digestsIn(beat)) {
    const subject = held.subjectOf(digest);
    if (subject !== undefined && (held.of(subject) ?? rev) < rev) missed.push(subject);
  }
  return missed;
}

/** While much is published what is held is always a little ahead; what counts is whether beats ever come up to it. */
function aheadOf({ ahead }: Verified, newest: number, upTo: number, nowMs: number): Verified['ahead'] {
  if (ahead && upTo < ahead.rev) return ahead;
  return upTo < newest ? { rev: newest, sinceMs: nowMs } : null;
}

/** After everything was read: it is as new as the last beat that was heard before. */
export function readSince(verified: Verified, { epoch, upTo }: StateBeat): Verified {
  return verified.epoch === epoch ? { ...verified, upTo: Math.max(upTo, verified.upTo ?? 0) } : verified;
}
