import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { GROUND, PLANTED } from './planted-violations.mjs';

/** The settings the rules are made of; the planted tree is judged by the very same. */
const SETTINGS = [
  'package.json',
  'tsconfig.json',
  'eslint.config.mjs',
  '.dependency-cruiser.cjs',
  '.prettierrc',
  '.prettierignore',
];

/**
 * A rule that nobody has seen failing may never fail. Plants one violation of each rule in a tree of its own, runs the same
 * checks on it, and objects to every rule that stays silent.
 *
 * @param {readonly import('./finding.mjs').Check[]} checks
 * @returns {import('./finding.mjs').Check}
 */
export function plantedViolations(checks) {
  return {
    name: 'planted violations',
    async findings(root) {
      const tree = plant(root);
      try {
        const sown = checks.filter(({ name }) => PLANTED.some(({ check }) => check === name));
        const seen = await Promise.all(
          sown.map(async (check) => (await check.findings(tree)).map((finding) => ({ check: check.name, ...finding }))),
        );
        return [...silentRules(PLANTED, seen.flat()), ...unsownRules(roomRules(root), PLANTED)];
      } finally {
        rmSync(tree, { recursive: true, force: true });
      }
    },
  };
}

/**
 * @param {readonly import('./planted-violations.mjs').Planted[]} planted
 * @param {readonly { check: string, rule: string, file: string }[]} seen
 * @returns {import('./finding.mjs').Finding[]}
 */
export function silentRules(planted, seen) {
  return planted
    .filter(({ check, rule, file }) => !seen.some((by) => by.check === check && by.rule === rule && by.file === file))
    .map(({ check, rule, file }) => ({ rule, file, message: `${check} does not see the violation planted here` }));
}

/**
 * @param {readonly string[]} rules
 * @param {readonly import('./planted-violations.mjs').Planted[]} planted
 * @returns {import('./finding.mjs').Finding[]}
 */
export function unsownRules(rules, planted) {
  return rules
    .filter((rule) => !planted.some((violation) => violation.rule === rule))
    .map((rule) => ({ rule, file: '.dependency-cruiser.cjs', message: 'has no planted violation' }));
}

/**
 * @param {string} root
 * @returns {string} the planted tree
 */
function plant(root) {
  const tree = mkdtempSync(path.join(os.tmpdir(), 'heddle-planted-'));
  for (const file of SETTINGS)
    if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(tree, file));
  symlinkSync(path.join(root, 'node_modules'), path.join(tree, 'node_modules'));
  for (const [file, text] of [...Object.entries(GROUND), ...PLANTED.map(({ file, text }) => [file, text])]) {
    const target = path.join(tree, /** @type {string} */ (file));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, /** @type {string} */ (text));
  }
  return tree;
}

/**
 * @param {string} root
 * @returns {string[]} names of dependency-cruiser's rules
 */
function roomRules(root) {
  /** @type {{ forbidden: { name: string }[] }} */
  const configuration = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs'));
  return configuration.forbidden.map(({ name }) => name);
}
