export { ensureDataDirectory } from './data-directory';
export { readJsonFile, readTextFile } from './read-json-file';
export { createFileAtomically, writeFileAtomically } from './write-file-atomically';
