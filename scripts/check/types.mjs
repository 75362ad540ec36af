import { existsSync } from 'node:fs';
import path from 'node:path';
import { brokenTool, runTool } from './run-tool.mjs';

/**
 * The type check of one project, if the tree has it.
 *
 * @param {string} project path of its tsconfig.json
 * @returns {import('./finding.mjs').Check}
 */
export function typesOf(project) {
  return {
    name: `types of ${project}`,
    async findings(root) {
      if (!existsSync(path.join(root, project))) return [];
      const outcome = await runTool(root, 'typescript/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', project]);
      const findings = parseDiagnostics(outcome.stdout);
      if (outcome.exitCode !== 0 && findings.length === 0) throw brokenTool('tsc', outcome);
      return findings;
    },
  };
}

/**
 * @param {string} output of tsc
 * @returns {import('./finding.mjs').Finding[]}
 */
export function parseDiagnostics(output) {
  return [...output.matchAll(/^(?:(.+?)\((\d+),\d+\): )?error (TS\d+): (.*)$/gm)].map(
    ([, file, line, rule, message]) => ({
      rule: /** @type {string} */ (rule),
      file: file ?? 'tsconfig.json',
      ...(line && { line: Number(line) }),
      message: /** @type {string} */ (message),
    }),
  );
}
