import { readFileSync } from 'node:fs';
import path from 'node:path';
import { filesUnder } from '../lib/fingerprint.mjs';

/** A file is read in one go when it fits a screen or two. */
const MEDIAN_LINES = 80;
/** Beyond this a file is long; a tenth of them may be. */
const LONG_LINES = 280;
const SHARE_OF_LONG_FILES = 0.1;

/** @type {import('./finding.mjs').Check} */
export const fileSizes = {
  name: 'file sizes',
  findings(root) {
    const files = ['apps', 'libs'].flatMap((directory) => filesUnder(root, directory)).filter(isSource);
    return objectionsTo(files.map((file) => ({ file, lines: linesOf(path.join(root, file)) })));
  },
};

/**
 * @param {readonly { file: string, lines: number }[]} sizes
 * @returns {import('./finding.mjs').Finding[]}
 */
export function objectionsTo(sizes) {
  if (sizes.length === 0) return [];
  const longest = [...sizes].sort((a, b) => b.lines - a.lines);
  const median = longest[Math.floor(longest.length / 2)]?.lines ?? 0;
  const long = longest.filter(({ lines }) => lines >= LONG_LINES);
  return [
    ...(median > MEDIAN_LINES
      ? [
          {
            rule: 'median-size',
            file: 'apps and libs',
            message: `the median file has ${median} lines, more than ${MEDIAN_LINES}`,
          },
        ]
      : []),
    ...(long.length > sizes.length * SHARE_OF_LONG_FILES
      ? long.map(({ file, lines }) => ({
          rule: 'long-file',
          file,
          message: `has ${lines} lines; only ${SHARE_OF_LONG_FILES * 100} % of the files may have ${LONG_LINES} or more`,
        }))
      : []),
  ];
}

/** @param {string} file */
function isSource(file) {
  return /\.(tsx?|mts)$/.test(file) && !/\.spec\.tsx?$/.test(file);
}

/** @param {string} file */
function linesOf(file) {
  return readFileSync(file, 'utf8').split('\n').length - 1;
}
