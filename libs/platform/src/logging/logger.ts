import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './levels';

export type { Logger } from 'pino';

const SECRET_KEYS = ['authorization', 'cookie', 'password', 'pass', 'token'];
/** Where they are looked for: on the record, in an object on it, and in an object in that (`req.headers.authorization`). */
const DEPTHS = ['', '*.', '*.*.'];
const STDERR = 2;

/**
 * A logger that writes one JSON object per line to stderr; stdout belongs to what the program itself has to say.
 * Values under `authorization`, `cookie`, `password`, `pass` and `token` are not written.
 * @param options.name the program.
 * @param options.destination where the lines go instead of stderr, for tests.
 */
export function createLogger({
  name,
  level,
  destination = pino.destination({ fd: STDERR, sync: true }),
}: {
  name: string;
  level: LogLevel;
  destination?: DestinationStream;
}): Logger {
  const paths = DEPTHS.flatMap((depth) => SECRET_KEYS.map((key) => `${depth}${key}`));
  return pino({ name, level, redact: { paths, censor: '[not logged]' } }, destination);
}
