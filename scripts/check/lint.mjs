import path from 'node:path';
import { parsedOutput, runTool } from './run-tool.mjs';

/** @type {import('./finding.mjs').Check} */
export const lint = {
  name: 'eslint',
  async findings(root) {
    const outcome = await runTool(root, 'eslint/bin/eslint.js', ['.', '--format', 'json']);
    /** @type {{ filePath: string, messages: { ruleId: string | null, line?: number, message: string }[] }[]} */
    const files = parsedOutput('eslint', outcome);
    return files.flatMap(({ filePath, messages }) =>
      messages.map(({ ruleId, line, message }) => ({
        rule: ruleId ?? 'parse',
        file: path.relative(root, filePath),
        ...(line && { line }),
        message,
      })),
    );
  },
};
