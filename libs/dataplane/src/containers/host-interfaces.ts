import { z } from 'zod';
import { runCommand } from '../command';
import { SHAPER_PREFIX } from './bandwidth';
import { HOST_INTERFACE_PREFIX } from './container-link';

const links = z.array(z.object({ ifname: z.string() }));

/** The host sides of containers that are there now, by name ascending. @throws {CommandFailed} */
export function listHostInterfaces(): Promise<string[]> {
  return listLinks('veth', HOST_INTERFACE_PREFIX);
}

/** The devices that hold back what containers send, by name ascending. @throws {CommandFailed} */
export function listShapers(): Promise<string[]> {
  return listLinks('ifb', SHAPER_PREFIX);
}

async function listLinks(kind: string, prefix: string): Promise<string[]> {
  const listed = links.parse(JSON.parse(await runCommand('ip', ['-j', 'link', 'show', 'type', kind])));
  return listed
    .map(({ ifname }) => ifname)
    .filter((name) => name.startsWith(prefix))
    .sort();
}
