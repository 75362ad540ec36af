import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findProgram, fullSearchPath } from './find-program.mjs';

it('finds what can be executed, and nothing else', () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'heddle-find-'));
  try {
    const file = path.join(directory, 'nft');
    expect(findProgram('nft', [directory])).toBeUndefined();
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 });
    expect(findProgram('nft', [directory])).toBeUndefined();
    chmodSync(file, 0o755);
    expect(findProgram('nft', ['/nowhere', directory])).toBe(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

it("looks where system programs are, after the user's own directories, and once in each", () => {
  expect(fullSearchPath('/usr/bin:/sbin')).toBe('/usr/bin:/sbin:/usr/local/sbin:/usr/sbin');
  expect(fullSearchPath('')).toBe('/usr/local/sbin:/usr/sbin:/sbin');
});
