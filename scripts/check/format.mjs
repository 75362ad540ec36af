import { brokenTool, runTool } from './run-tool.mjs';

/** @type {import('./finding.mjs').Check} */
export const format = {
  name: 'prettier',
  async findings(root) {
    const outcome = await runTool(root, 'prettier/bin/prettier.cjs', ['--list-different', '.']);
    const files = outcome.stdout.split('\n').filter(Boolean);
    // 1 says that files differ; anything else, or nothing to show for it, that Prettier could not do its work.
    if (outcome.exitCode > 1 || (outcome.exitCode === 1 && files.length === 0)) throw brokenTool('prettier', outcome);
    return files.map((file) => ({ rule: 'format', file, message: 'is not formatted: npm run format' }));
  },
};
