/**
 * Required once (`node --require`), it lets a plain Node process take the TypeScript files of this repository without a
 * build, and the libraries by their own names (`@heddle/domain`). For scripts, and for tests that need a second process.
 * Types are not checked, and loading costs about 1 ms per file.
 */
const { readFileSync } = require('node:fs');
const { Module } = require('node:module');
const { resolve } = require('node:path');
const { transformSync } = require('@swc/core');

const libraries = resolve(__dirname, '../../libs');

require.extensions['.ts'] = (module, path) => {
  const { code } = transformSync(readFileSync(path, 'utf8'), {
    filename: path,
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  });
  module._compile(code, path);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolveFilename.call(
    this,
    request.replace(/^@heddle\/([a-z-]+)(\/[a-z0-9/-]+)?$/, `${libraries}/$1/src$2`),
    ...rest,
  );
};
