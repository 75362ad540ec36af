import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { during, Failure } from './failure';
import { objectIn } from './json-object';
import type { UpRequest } from './up-request';

/** What one plugin is told on standard input. */
export interface PluginConfig extends Readonly<Record<string, unknown>> {
  readonly type: string;
}

/** The plugins that put a container on the network, in their order; with whatever else its author wrote. */
export interface NetworkList extends Readonly<Record<string, unknown>> {
  readonly name: string;
  readonly cniVersion: string;
  readonly plugins: readonly PluginConfig[];
}

/** What a plugin has made of a container. */
export type CniResult = Readonly<Record<string, unknown>>;

/** The first list of a directory; where there is none, its first configuration of one plugin. */
export function loadNetworkList(directory: string): NetworkList {
  const names = during('error walking config directory', () => readdirSync(directory)).sort();
  const name = ['.conflist', '.conf'].flatMap((ending) => names.filter((each) => each.endsWith(ending)))[0];
  if (name === undefined) throw new Failure(`${directory} has neither a .conflist nor a .conf`);
  const path = join(directory, name);
  return during(`unable to load config from ${path}`, () => networkListFrom(readFileSync(path, 'utf8')));
}

/** As the CNI specification has it: it goes into names of files, as those of plugins go into paths. */
const NETWORK_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const PLUGIN_NAME = /^[^/]+$/;

export function networkListFrom(text: string): NetworkList {
  const read = objectIn(text, 'it is no network');
  const { name, cniVersion, plugins } = 'plugins' in read ? read : { ...read, plugins: [read] };
  if (typeof name !== 'string' || !NETWORK_NAME.test(name))
    throw new Failure(`name: ${JSON.stringify(name)} is no name`);
  if (typeof cniVersion !== 'string') throw new Failure('cniVersion: must be a version');
  if (!Array.isArray(plugins) || plugins.length === 0 || !plugins.every(isPlugin))
    throw new Failure('plugins: must be a list of plugins, each with the type that it is found by');
  return { ...('plugins' in read ? read : {}), name, cniVersion, plugins };
}

function isPlugin(value: unknown): value is PluginConfig {
  const { type } = (value ?? {}) as Partial<PluginConfig>;
  return typeof type === 'string' && PLUGIN_NAME.test(type);
}

/** What a plugin is told of a container that comes. @param before what the plugin before it has made */
export function configToAdd(
  { name, cniVersion }: NetworkList,
  plugin: PluginConfig,
  { properties, netIn, netOut }: Omit<UpRequest, 'pid'>,
  before: CniResult | undefined,
): PluginConfig {
  const portMappings = netIn.length > 0 && { portMappings: netIn };
  const netOutRules = netOut.length > 0 && { netOutRules: netOut };
  return {
    ...{ ...plugin, name, cniVersion },
    ...(Object.keys(properties).length > 0 && { metadata: properties }),
    ...((portMappings || netOutRules) && { runtimeConfig: { ...portMappings, ...netOutRules } }),
    ...(before && { prevResult: before }),
  };
}

/** What a plugin is told of a container that goes. @param result what all of them had made, if it was kept */
export function configToDelete(
  { name, cniVersion }: NetworkList,
  plugin: PluginConfig,
  result: CniResult | undefined,
): PluginConfig {
  // Before 0.4.0 plugins were not told.
  const isTold = result !== undefined && !/^0\.[0-3]\./.test(cniVersion);
  return { ...plugin, name, cniVersion, ...(isTold && { prevResult: result }) };
}
