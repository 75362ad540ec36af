import type { Io } from '../io';

/** An {@link Io} whose output can be read back, on a machine where it is always 10 o'clock, UTC. */
export interface CapturedIo extends Io {
  readonly out: () => string;
  readonly err: () => string;
  /** Ends what is under way. */
  stop(reason?: unknown): void;
}

/** Makes a {@link CapturedIo} with a token, and with other variables as given. */
export function capturedIo(env: Io['env'] = {}): CapturedIo {
  const out: string[] = [];
  const err: string[] = [];
  const stopping = new AbortController();
  return {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: { HEDDLE_TOKEN: 'secret', ...env },
    signal: stopping.signal,
    now: () => new Date('2026-11-22T10:00:00Z'),
    timeZone: 'UTC',
    out: () => out.join(''),
    err: () => err.join(''),
    stop: (reason) => stopping.abort(reason),
  };
}
