import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { npmFingerprint, npmReason } from './npm-packages.mjs';

it('tells one lock file from another', () => {
  const root = mkdtempSync(path.join(os.tmpdir(), 'heddle-lock-'));
  try {
    writeFileSync(path.join(root, 'package-lock.json'), '{"packages":{}}');
    const before = npmFingerprint(root);
    writeFileSync(path.join(root, 'package-lock.json'), '{"packages":{"node_modules/a":{}}}');
    expect(npmFingerprint(root)).not.toBe(before);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it.each([
  [
    'npm error code ENOTFOUND\nnpm error network request to x failed\nnpm error A complete log\n',
    'network request to x failed',
  ],
  ['Killed\n', 'Killed'],
])("gives npm's first telling line as the reason", (output, reason) => expect(npmReason(output)).toBe(reason));
