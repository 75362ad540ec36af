import { existsSync } from 'node:fs';
import path from 'node:path';
import { runQuietly } from '../lib/run-quietly.mjs';
import { brokenTool } from './run-tool.mjs';

const TIMEOUT_MS = 60_000;

/**
 * The pages that `npm run docs` writes are what it would write now.
 *
 * @type {import('./finding.mjs').Check}
 */
export const docs = {
  name: 'generated docs',
  async findings(root) {
    const script = path.join('scripts', 'docs.mjs');
    if (!existsSync(path.join(root, script))) return [];
    const outcome = await runQuietly(process.execPath, [script, '--check'], { cwd: root, timeoutMs: TIMEOUT_MS });
    const findings = parseStalePages(outcome.output);
    if (outcome.exitCode !== 0 && findings.length === 0) throw brokenTool(script, outcome);
    return findings;
  },
};

/**
 * @param {string} output of `npm run docs -- --check`: one line a stale page, which begins with the page's path
 * @returns {import('./finding.mjs').Finding[]}
 */
export function parseStalePages(output) {
  return [...output.matchAll(/^(docs\/\S+) (.*)$/gm)].map(([, file, message]) => ({
    rule: 'fresh-docs',
    file: /** @type {string} */ (file),
    message: /** @type {string} */ (message),
  }));
}
