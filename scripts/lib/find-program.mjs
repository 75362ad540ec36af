import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Where system programs are that a user's PATH often lacks. */
const SYSTEM_DIRECTORIES = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * The search path of this process and the directories of system programs after it.
 *
 * @param {string} [searchPath]
 * @returns {string}
 */
export function fullSearchPath(searchPath = process.env.PATH ?? '') {
  const own = searchPath.split(path.delimiter).filter(Boolean);
  return [...own, ...SYSTEM_DIRECTORIES.filter((directory) => !own.includes(directory))].join(path.delimiter);
}

/**
 * The file that would run, or nothing. Looks at files only, which takes microseconds.
 *
 * @param {string} name
 * @param {readonly string[]} [directories]
 * @returns {string | undefined}
 */
export function findProgram(name, directories = fullSearchPath().split(path.delimiter)) {
  return directories.map((directory) => path.join(directory, name)).find(isExecutable);
}

/**
 * @param {string} file
 * @returns {boolean}
 */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
