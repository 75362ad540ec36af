import { existsSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../lib/run-quietly.mjs';

const TIMEOUT_MS = 60_000;

/** @type {import('./finding.mjs').Check} */
export const docs = {
  name: 'generated docs',
  async findings(root) {
    const script = path.join('scripts', 'docs.mjs');
    if (!existsSync(path.join(root, script))) return [];
    const { exitCode, output } = await runQuietly(process.execPath, [script, '--check'], {
      cwd: root,
      timeoutMs: TIMEOUT_MS,
    });
    return exitCode === 0 ? [] : [{ rule: 'fresh-docs', file: script, message: output.trim() }];
  },
};
