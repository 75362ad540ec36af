import { z } from 'zod';
import { runCommand } from '../command';
import { HOST_INTERFACE_PREFIX } from './container-link';

const links = z.array(z.object({ ifname: z.string() }));

/** The host sides of containers that are there now, by name ascending. @throws {CommandFailed} */
export async function listHostInterfaces(): Promise<string[]> {
  const listed = links.parse(JSON.parse(await runCommand('ip', ['-j', 'link', 'show', 'type', 'veth'])));
  return listed
    .map(({ ifname }) => ifname)
    .filter((name) => name.startsWith(HOST_INTERFACE_PREFIX))
    .sort();
}
