import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of this Heddle: what the nearest package file says that lies above this one, in the source and in the build alike. */
export function heddleVersion(directory = __dirname): string {
  try {
    return (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }).version;
  } catch (error) {
    if (directory === dirname(directory)) throw error;
    return heddleVersion(dirname(directory));
  }
}
