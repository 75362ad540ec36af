/**
 * Something a rule objects to.
 *
 * @typedef {object} Finding
 * @property {string} rule the name its tool gives the rule
 * @property {string} file relative to the root
 * @property {number} [line]
 * @property {string} message
 */

/**
 * One rule, or the rules of one tool.
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {(root: string) => Promise<Finding[]> | Finding[]} findings of a tree; it has the repository's layout
 */

/**
 * @param {Finding} finding
 * @returns {string} `libs/domain/src/policy.ts:12: message (rule)`
 */
export function describeFinding({ rule, file, line, message }) {
  return `${file}${line === undefined ? '' : `:${line}`}: ${message} (${rule})`;
}
