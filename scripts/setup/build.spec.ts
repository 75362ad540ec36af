import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildFingerprint } from './build.mjs';

let root: string;

const write = (file: string, text: string) => {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
};

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'heddle-build-'));
  write('libs/domain/src/index.ts', 'export {};');
  write('tsconfig.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the fingerprint of the build', () => {
  it.each([
    ['a source changes', 'libs/domain/src/index.ts'],
    ['a source comes', 'apps/cli/src/main.ts'],
    ['a compiler setting changes', 'tsconfig.json'],
    ['a compiler setting comes', 'tsconfig.build.json'],
    ["the dashboard's build changes", 'apps/dashboard/vite.config.mts'],
    ['a package changes', 'package-lock.json'],
  ])('changes when %s', (_when, file) => {
    const before = buildFingerprint(root);
    write(file, '{ "changed": true }');
    expect(buildFingerprint(root)).not.toBe(before);
  });

  it.each([
    'libs/domain/src/policy.spec.ts',
    'docs/page.md',
    'node_modules/a/index.js',
    'apps/dashboard/node_modules/a.js',
  ])('stays when %s comes', (file) => {
    const before = buildFingerprint(root);
    write(file, 'changed');
    expect(buildFingerprint(root)).toBe(before);
  });
});
