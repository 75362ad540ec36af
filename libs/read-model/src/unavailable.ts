import { QueryFailedError } from 'typeorm';
import { ReadModelUnavailable } from './errors';

/**
 * The file is held by another connection. Where the reason for a failure got lost between the threads of the driver, its code is one
 * of those that mean success: seen where the file was locked, and nowhere else.
 */
const HELD_ELSEWHERE = /^SQLITE_(BUSY|LOCKED|OK|ROW|DONE)/;

/** What the operator is told, by the code or the words of a driver. The first that fits counts. */
const CURES: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'check user and password in DATABASE_URL'],
  [/^3D000$/, 'create the database, or correct its name in DATABASE_URL'],
  [/^42501$/, 'give the user of DATABASE_URL the right to create and write tables there'],
  [/^(53|ENOSPC|SQLITE_FULL)/, 'give it more room'],
  [/^(57014|55P03)$/, 'it answers too slowly, look at what keeps it busy'],
  [/^(08|57P|25006|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOST|ENETUNREACH)/, 'check that PostgreSQL runs there'],
  [/^(Connection terminated|Client has encountered|timeout exceeded)/, 'check that PostgreSQL runs there'],
  [/^QueryRunnerAlreadyReleasedError$/, 'check that PostgreSQL runs there'],
  [HELD_ELSEWHERE, 'stop the other program that uses the file'],
  [/^SQLITE_(NOTADB|CORRUPT)/, 'move the file away, the tables are made anew from the log'],
  [
    /^(SQLITE_(IOERR|READONLY|CANTOPEN)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST|EISDIR|Unable to open|ConnectionFailed)/,
    'make the file and its directory writable, or choose another data directory',
  ],
];

/** The error as one of the database's state, when it is one; `undefined` when it is something else. */
export function asUnavailable(error: unknown, place: string): ReadModelUnavailable | undefined {
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const code = wordOf(cause, 'code');
  const message = wordOf(cause, 'message') || code;
  const words = [code, message, wordOf(cause, 'name')];
  const cure = CURES.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];
  return cure === undefined
    ? undefined
    : new ReadModelUnavailable(`${place} cannot be used (${message}): ${cure}`, { cause: error });
}

/** A member of an error, `''` without it. The drivers' errors have no class in common. */
function wordOf(error: unknown, member: 'code' | 'message' | 'name'): string {
  const word: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, member) : undefined;
  return typeof word === 'string' ? word : '';
}
