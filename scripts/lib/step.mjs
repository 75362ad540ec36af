import { Interrupted } from './failure.mjs';

/** How often a step without a terminal says that it is still at work. */
const REMINDER_MS = 10_000;
const TERMINAL_MS = 200;

/**
 * Does one step of work and says so on stderr: on a terminal one line that moves, elsewhere a line at the beginning, one every
 * ten seconds and one at the end.
 *
 * @template Result
 * @param {string} title what is being done: `installing npm packages`
 * @param {(progress: (text: string) => void) => Promise<Result>} work may tell how far it is
 * @param {NodeJS.WriteStream} [out]
 * @returns {Promise<Result>}
 */
export async function step(title, work, out = process.stderr) {
  const started = performance.now();
  let latest = '';
  const line = () => `${title} … ${[latest, secondsSince(started)].filter(Boolean).join(', ')}`;
  const say = out.isTTY ? () => out.write(`\r\x1b[K${line()}`) : () => out.write(`${line()}\n`);
  if (!out.isTTY) out.write(`${title} …\n`);
  const timer = setInterval(say, out.isTTY ? TERMINAL_MS : REMINDER_MS);
  const end = (/** @type {string} */ how) => {
    clearInterval(timer);
    out.write(`${out.isTTY ? '\r\x1b[K' : ''}${title}: ${how} after ${secondsSince(started)}\n`);
  };
  try {
    const result = await work((text) => (latest = text));
    end('done');
    return result;
  } catch (error) {
    end(error instanceof Interrupted ? 'interrupted' : 'failed');
    throw error;
  }
}

/**
 * @param {number} startedMs as `performance.now()` gave it
 * @returns {string} `3.4 s`
 */
export function secondsSince(startedMs) {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}
