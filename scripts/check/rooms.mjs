import { existsSync } from 'node:fs';
import path from 'node:path';
import { brokenTool, parsedOutput, runTool } from './run-tool.mjs';

/** Who may import whom: .dependency-cruiser.cjs. */
/** @type {import('./finding.mjs').Check} */
export const rooms = {
  name: 'dependency-cruiser',
  async findings(root) {
    const directories = ['apps', 'libs', 'test', 'bin'].filter((directory) => existsSync(path.join(root, directory)));
    const outcome = await runTool(root, 'dependency-cruiser/bin/dependency-cruise.mjs', [
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'json'],
      ...directories,
    ]);
    /** @type {{ summary: { totalCruised: number, violations: Violation[] } }} */
    const { summary } = parsedOutput('dependency-cruiser', outcome);
    if (summary.totalCruised === 0) throw brokenTool('dependency-cruiser', outcome);
    return summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      file: from,
      message: `must not import ${to}`,
    }));
  },
};

/** @typedef {{ rule: { name: string }, from: string, to: string }} Violation */
