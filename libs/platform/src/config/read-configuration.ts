import { UserError } from '../errors';
import { catalogue, type SettingName } from './catalogue';
import { fileKeyOf, knownFileKeys, readConfigurationFile } from './configuration-file';
import { conflictsBetween } from './cross-checks';
import { nearest } from './nearest';
import { type ConfigurationOf, type Program, programs } from './programs';
import type { Setting } from './setting';

/** Variables as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of one program from the environment and from the file that `HEDDLE_CONFIG` names; the environment
 * wins. A variable that is empty counts as not set. Settings of other programs may be there, whatever their values, since
 * programs share an environment and a file; names that no program knows may not.
 * @throws {UserError} naming everything that is wrong, one problem per line.
 */
export function readConfiguration<P extends Program>(
  program: P,
  environment: Environment = process.env,
): ConfigurationOf<P> {
  const filePath = environment[catalogue.configFile.env];
  const file = filePath ? readConfigurationFile(filePath) : new Map<string, string>();
  const problems = [...unknownVariables(environment), ...unknownKeys([...file.keys()], filePath)];

  const values = new Map<SettingName, unknown>();
  const required = new Set<SettingName>(programs[program].requires);
  for (const name of programs[program].reads) {
    const setting: Setting<unknown> = catalogue[name];
    const found = find(setting, environment, file, filePath);
    if (found === undefined) {
      if (required.has(name)) problems.push(`${setting.env} is not set, but must be ${setting.expects}`);
      continue;
    }
    const value = setting.schema.safeParse(found.text);
    if (value.success) values.set(name, value.data);
    else problems.push(`${found.where} is ${shown(setting, found.text)}, but must be ${setting.expects}`);
  }
  problems.push(...conflictsBetween(values));

  if (problems.length > 0) throw new UserError('configuration-invalid', problems.join('\n'));
  return Object.fromEntries(values) as ConfigurationOf<P>;
}

function find(
  setting: Setting<unknown>,
  environment: Environment,
  file: ReadonlyMap<string, string>,
  filePath: string | undefined,
): { text: string; where: string } | undefined {
  const variable = environment[setting.env];
  if (variable) return { text: variable, where: setting.env };
  const key = fileKeyOf(setting);
  const inFile = file.get(key);
  if (inFile !== undefined && !setting.isEnvironmentOnly) return { text: inFile, where: `${key} in ${filePath}` };
  return setting.default === undefined ? undefined : { text: setting.default, where: setting.env };
}

function shown({ isSecret }: Setting<unknown>, text: string): string {
  return isSecret ? 'not acceptable (its value is secret and not shown)' : `'${text}'`;
}

function unknownVariables(environment: Environment): string[] {
  const known: string[] = Object.values(catalogue).map(({ env }) => env);
  return Object.keys(environment)
    .filter((name) => name.startsWith('HEDDLE_') && !known.includes(name))
    .sort()
    .map((name) => `${name} is not known: did you mean ${nearest(name, known)}?`);
}

function unknownKeys(keys: readonly string[], filePath: string | undefined): string[] {
  const known = knownFileKeys();
  return keys
    .filter((key) => !known.includes(key))
    .map((key) => `${key} in ${filePath} is not known: did you mean ${nearest(key, known)}?`);
}
