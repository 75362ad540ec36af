/** Names of the subjects between control plane and cells. */
import { createHash } from 'node:crypto';

const PLAIN_TOKEN = /^[A-Za-z0-9_-]+$/;
/** Half a surrogate pair: JSON can spell it, UTF-8 cannot. */
const WITHOUT_UTF8 = /\p{Surrogate}/u;
/** In characters. The server closes a connection that sends a line of more than 4096 bytes, and a subject is not all of it. */
const LONGEST_TOKEN = 1_000;

/**
 * A GUID or cell name as one token of a subject: as it is where it can be, else `~` and base64url. What would be too long
 * or has no UTF-8 is `~~` and a SHA-256, so that every name has a subject, and none that of another.
 */
export function subjectToken(name: string): string {
  if (name.length <= LONGEST_TOKEN && PLAIN_TOKEN.test(name)) return name;
  const token = `~${Buffer.from(name, 'utf8').toString('base64url')}`;
  if (token.length <= LONGEST_TOKEN && !WITHOUT_UTF8.test(name)) return token;
  return `~~${createHash('sha256').update(name, 'utf16le').digest('base64url')}`;
}

/** The name that the last token of a subject stands for, as far as it can be told. */
export function nameIn(subject: string): string {
  const token = subject.slice(subject.lastIndexOf('.') + 1);
  return token.startsWith('~') ? Buffer.from(token.slice(1), 'base64url').toString('utf8') : token;
}

/** Where the newest document is kept. */
export const stateSubject = {
  app: (app: string): string => `heddle.state.app.${subjectToken(app)}`,
  lease: (cell: string): string => `heddle.state.lease.${subjectToken(cell)}`,
  everyLease: 'heddle.state.lease.*',
  /** Security groups bound to a space; those that hold in every space for `null`. */
  space: (space: string | null): string =>
    space === null ? 'heddle.state.spaces' : `heddle.state.space.${subjectToken(space)}`,
  everySpace: 'heddle.state.space.*',
  /** The sequence of the newest change whose documents are all published. */
  cursor: 'heddle.state.cursor',
} as const;

/** Where the same document passes by when it is stored: the server republishes it there. */
export function liveSubject(state: string): string {
  return state.replace(/^heddle\.state\./, 'heddle.live.');
}

/**
 * Where control planes say what they published, one lane after the other. A cell listens on one of them: what goes to all cells at one
 * moment would hold up the documents behind it. Not stored, and no subject of a document.
 */
export const beatSubject = {
  lane: (n: number): string => `heddle.live.beat.${n}`,
  every: 'heddle.live.beat.*',
} as const;

/** How many lanes there are. */
export const BEAT_LANES = 16;

/** What a cell says of itself. Receipts and containers are kept; beats are not. */
export const cellSubject = {
  receipt: (cell: string): string => `heddle.cell.${subjectToken(cell)}.receipt`,
  containers: (cell: string): string => `heddle.cell.${subjectToken(cell)}.containers`,
  /** That somebody else had changed its rules; kept, too. */
  drift: (cell: string): string => `heddle.cell.${subjectToken(cell)}.drift`,
  everyDrift: 'heddle.cell.*.drift',
  beat: (cell: string): string => `heddle.cell.${subjectToken(cell)}.beat`,
  everyBeat: 'heddle.cell.*.beat',
  /** "I still use my lease": the newest one of each cell is kept. */
  renewal: (cell: string): string => `heddle.cell.${subjectToken(cell)}.renewal`,
  everyRenewal: 'heddle.cell.*.renewal',
} as const;

/** Requests of a cell to the control plane. */
export const leaseSubject = {
  acquire: 'heddle.lease.acquire',
  release: 'heddle.lease.release',
} as const;

/** Marks that a control plane sends into the stream of renewals, to see what time it is there. */
export const tickSubject = {
  of: (observer: string): string => `heddle.tick.${observer}`,
  every: 'heddle.tick.*',
} as const;
