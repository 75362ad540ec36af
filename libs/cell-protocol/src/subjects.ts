/** Names of the subjects between control plane and cells. */

const PLAIN_TOKEN = /^[A-Za-z0-9_-]+$/;

/** A GUID or cell name as one token of a subject: as it is where it can be, else `~` and base64url. */
export function subjectToken(name: string): string {
  return PLAIN_TOKEN.test(name) ? name : `~${Buffer.from(name, 'utf8').toString('base64url')}`;
}

/** Where the newest document is kept. */
export const stateSubject = {
  app: (app: string): string => `heddle.state.app.${subjectToken(app)}`,
  lease: (cell: string): string => `heddle.state.lease.${subjectToken(cell)}`,
  everyLease: 'heddle.state.lease.*',
  /** The sequence of the newest change whose documents are all published. */
  cursor: 'heddle.state.cursor',
} as const;

/** Where the same document passes by when it is stored: the server republishes it there. */
export function liveSubject(state: string): string {
  return state.replace(/^heddle\.state\./, 'heddle.live.');
}

/** What a cell says of itself. Receipts and containers are kept; beats are not. */
export const cellSubject = {
  receipt: (cell: string): string => `heddle.cell.${subjectToken(cell)}.receipt`,
  containers: (cell: string): string => `heddle.cell.${subjectToken(cell)}.containers`,
  beat: (cell: string): string => `heddle.cell.${subjectToken(cell)}.beat`,
  everyBeat: 'heddle.cell.*.beat',
} as const;

/** Requests of a cell to the control plane. */
export const leaseSubject = {
  acquire: 'heddle.lease.acquire',
  renew: 'heddle.lease.renew',
  release: 'heddle.lease.release',
} as const;
