import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { withPlantedTree } from './planted-tree.mjs';
import { GROUND, PLANTED, STALE_PAGE } from './planted-violations.mjs';

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
      const objections = await Promise.all([inSmallTree(root, checks), inTreeWithStalePage(root, checks)]);
      return [...objections.flat(), ...unsownRules(roomRules(root), PLANTED)];
    },
  };
}

/**
 * @param {string} root
 * @param {readonly import('./finding.mjs').Check[]} checks
 */
function inSmallTree(root, checks) {
  const written = [...Object.entries(GROUND), ...PLANTED.map(({ file, text }) => /** @type {const} */ ([file, text]))];
  return withPlantedTree(root, { copied: SETTINGS, linked: ['node_modules'], written }, (tree) =>
    silentRulesIn(tree, PLANTED, checks),
  );
}

/**
 * @param {string} root
 * @param {readonly import('./finding.mjs').Check[]} checks
 */
async function inTreeWithStalePage(root, checks) {
  if (!existsSync(path.join(root, 'scripts', 'docs.mjs'))) return [];
  const parts = {
    copied: ['package.json', '.prettierrc', 'scripts'],
    linked: ['node_modules', 'libs', 'apps'],
    written: [/** @type {const} */ ([STALE_PAGE.file, STALE_PAGE.text])],
  };
  return withPlantedTree(root, parts, (tree) => silentRulesIn(tree, [STALE_PAGE], checks));
}

/**
 * @param {string} tree
 * @param {readonly import('./planted-violations.mjs').Planted[]} planted
 * @param {readonly import('./finding.mjs').Check[]} checks
 */
async function silentRulesIn(tree, planted, checks) {
  const sown = checks.filter(({ name }) => planted.some(({ check }) => check === name));
  const seen = await Promise.all(
    sown.map(async (check) => (await check.findings(tree)).map((finding) => ({ check: check.name, ...finding }))),
  );
  return silentRules(planted, seen.flat());
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
 * @returns {string[]} names of dependency-cruiser's rules
 */
function roomRules(root) {
  /** @type {{ forbidden: { name: string }[] }} */
  const configuration = createRequire(import.meta.url)(path.join(root, '.dependency-cruiser.cjs'));
  return configuration.forbidden.map(({ name }) => name);
}
