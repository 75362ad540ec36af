/**
 * Writes the pages that are generated from the code: docs/reference/configuration.md from the settings catalogue.
 * With --check it writes nothing, and exits with 1 when a page is not what it would write.
 *
 * Needs no build: the few TypeScript files it takes are turned into JavaScript as they are loaded.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import prettier from 'prettier';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

loadTypeScript();
const { renderConfigurationReference } = require(join(root, 'libs/platform/src/config/reference-page.ts'));
const pages = { 'docs/reference/configuration.md': renderConfigurationReference };

let stale = 0;
for (const [page, render] of Object.entries(pages)) {
  const path = join(root, page);
  const text = await prettier.format(render(), { ...(await prettier.resolveConfig(path)), filepath: path });
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

/** Lets `require` take .ts files and the libraries' own names (`@heddle/domain`). */
function loadTypeScript() {
  require.extensions['.ts'] = (module, path) => {
    const { code } = transformSync(readFileSync(path, 'utf8'), {
      filename: path,
      jsc: { target: 'es2023', parser: { syntax: 'typescript', decorators: true } },
      module: { type: 'commonjs' },
    });
    module._compile(code, path);
  };
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    return resolve.call(this, request.replace(/^@heddle\/([a-z-]+)$/, `${root}/libs/$1/src`), ...rest);
  };
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}
