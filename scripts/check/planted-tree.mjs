import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * What a planted tree is made of; all paths are relative to the root.
 *
 * @typedef {object} PlantedTree
 * @property {readonly string[]} copied from the repository, where it has them
 * @property {readonly string[]} linked to the repository
 * @property {readonly (readonly [file: string, text: string])[]} written anew
 */

/**
 * Plants a tree in a temporary directory while some work lasts.
 *
 * @template Result
 * @param {string} root the repository
 * @param {PlantedTree} parts
 * @param {(tree: string) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function withPlantedTree(root, { copied, linked, written }, work) {
  const tree = mkdtempSync(path.join(os.tmpdir(), 'heddle-planted-'));
  try {
    for (const file of copied) {
      if (existsSync(path.join(root, file))) cpSync(path.join(root, file), path.join(tree, file), { recursive: true });
    }
    for (const file of linked) symlinkSync(path.join(root, file), path.join(tree, file));
    for (const [file, text] of written) {
      mkdirSync(path.join(tree, path.dirname(file)), { recursive: true });
      writeFileSync(path.join(tree, file), text);
    }
    return await work(tree);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}
