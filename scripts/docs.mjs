/**
 * Writes the pages that are generated from the code: docs/reference/configuration.md from the settings catalogue, and
 * docs/reference/cli.md from the help texts of the commands.
 * With --check it writes nothing, and exits with 1 when a page is not what it would write.
 *
 * Needs no build: see lib/load-typescript.js.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

require('./lib/load-typescript.js');
const { renderConfigurationReference } = require(join(root, 'libs/platform/src/config/reference-page.ts'));
const { renderCliReference } = require(join(root, 'apps/cli/src/reference-page.ts'));
const pages = {
  'docs/reference/configuration.md': renderConfigurationReference,
  'docs/reference/cli.md': renderCliReference,
};

let stale = 0;
for (const [page, render] of Object.entries(pages)) {
  const path = join(root, page);
  const text = await prettier.format(await render(), { ...(await prettier.resolveConfig(path)), filepath: path });
  if (readIfThere(path) === text) continue;
  if (process.argv.includes('--check')) {
    stale++;
    console.error(`${page} is not what the code says: write it anew with 'npm run docs'`);
  } else {
    writeFileSync(path, text);
    console.log(`${page} written`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
