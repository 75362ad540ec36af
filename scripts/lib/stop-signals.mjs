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
