/** The signals that ask a program to stop and let it tidy up. A closed terminal sends SIGHUP. */
const STOP_SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Tells of the first request to stop, and only of that: under `npm` one Ctrl-C arrives twice, from the terminal and from npm.
 * Until the returned function is called, these signals no longer end this process.
 *
 * @param {(signal: NodeJS.Signals) => void} tell
 * @returns {() => void} stops listening
 */
export function onFirstStopSignal(tell) {
  let told = false;
  /** @param {NodeJS.Signals} signal */
  const listener = (signal) => {
    if (told) return;
    told = true;
    tell(signal);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, listener);
  return () => {
    for (const signal of STOP_SIGNALS) process.off(signal, listener);
  };
}

/** How often to look whether npm is still there. */
const LOOK_EVERY_MS = 500;

/**
 * Tells when npm, having started this process, was killed: nobody would be left to pass on a request to stop. Says nothing where
 * npm did not start it, since a process may well outlive the shell it was started from.
 *
 * @param {() => void} tell
 * @returns {() => void} stops looking
 */
export function onDeathOfNpm(tell) {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const npm = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(looking);
    tell();
  }, LOOK_EVERY_MS);
  return () => clearInterval(looking);
}
