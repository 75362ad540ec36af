import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, UserError } from '../errors';
import { catalogue } from './catalogue';
import type { Setting } from './setting';

/** Values are written as in the environment, except that numbers and switches need no quotes. */
const content = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable();

/** The name of a setting in the file: that in the environment in lower case, without `HEDDLE_`. */
export function fileKeyOf({ env }: Pick<Setting<unknown>, 'env'>): string {
  return env.replace(/^HEDDLE_/, '').toLowerCase();
}

/** The names the file may hold. */
export function knownFileKeys(): string[] {
  return Object.values<Setting<unknown>>(catalogue)
    .filter(({ isEnvironmentOnly }) => !isEnvironmentOnly)
    .map(fileKeyOf);
}

/**
 * Reads a configuration file. JSON needs no reader of its own, since every JSON text is YAML.
 * @returns the text of each value by its key.
 * @throws {UserError} when it cannot be read, or is not a flat list of keys and values.
 */
export function readConfigurationFile(path: string): Map<string, string> {
  const read = content.safeParse(parseFile(path));
  if (!read.success) {
    const where = read.error.issues[0]?.path.join('.');
    throw new UserError(
      'configuration-invalid',
      `the configuration file ${path} must hold keys with one text, number or switch each${where ? `, but '${where}' holds something else` : ''}: write it like 'http_port: 4002'`,
    );
  }
  return new Map(Object.entries(read.data ?? {}).map(([key, value]) => [key, String(value)]));
}

function parseFile(path: string): unknown {
  // Most have no such file, and a command of a few hundred ms is not to wait for a parser that it does not use.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- what reads a configuration does not wait for promises
  const { parse } = require('yaml') as typeof import('yaml');
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UserError(
      'configuration-invalid',
      `the configuration file ${path} cannot be read (${messageOf(error).trim()}): correct it, or HEDDLE_CONFIG, which names it`,
      { cause: error },
    );
  }
}
