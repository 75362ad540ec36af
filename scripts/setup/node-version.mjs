import { Failure } from '../lib/failure.mjs';

/** The oldest Node that runs everything here: the first 20 that can `require` ES modules. */
const OLDEST = /** @type {const} */ ([20, 19]);

/**
 * @param {string} version such as `20.20.2`
 * @throws {Failure} when it is too old
 */
export function requireNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new Failure(
    `Heddle needs Node ${OLDEST.join('.')} or newer and this is ${version}; get one from https://nodejs.org or your distribution`,
  );
}
