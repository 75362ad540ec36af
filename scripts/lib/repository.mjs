import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository these scripts belong to, whatever directory they are started from. */
export const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
