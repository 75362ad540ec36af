import { z } from 'zod';
import { runCommand, saysNoSuchInterface } from '../command';
import { KernelRefused } from '../kernel-refused';
import { writeSetting } from '../kernel-setting';
import { withoutIpv6 } from './attach-container';
import { hostInterfaceOf, requirePlain } from './container-link';
import { detachContainer } from './detach-container';
import { isInterfaceThere } from './host-device';

/** A container whose link another plugin has made. */
export interface ForeignLink {
  /** Path of its network namespace. */
  readonly netns: string;
  /** Name of its end in the container. */
  readonly containerInterface: string;
  /** The address that the other plugin has given it, dotted. */
  readonly address: string;
  /** Names on the host, of which one is the other end. */
  readonly hostInterfaces: readonly string[];
}

const device = z.object({
  ifindex: z.number(),
  link_index: z.number().optional(),
  ifname: z.string(),
  address: z.string(),
  altnames: z.array(z.string()).optional(),
  addr_info: z.array(z.object({ local: z.string().optional() })).default([]),
});
const devices = z.array(device);

type Device = z.infer<typeof device>;

/**
 * Takes over the link of a container, so that whatever goes over it passes the rules of this cell: its host side leaves the bridge it
 * may be a port of, gets the name that the rules go by (the one it had stays as another name), and is routed to. The host answers
 * for every address that the container looks for, so its own routes stay right.
 * @throws {KernelRefused} when it is not there as said; {CommandFailed} when a step fails; then the link is down, as its owner named it.
 */
export async function adoptLink(link: ForeignLink): Promise<void> {
  const { inside, outside } = await bothEnds(link);
  const name = hostInterfaceOf(link.address);
  const owned = outside.ifname === name ? [] : [`link set ${outside.ifname} name ${name}`];
  try {
    await batch([`link set ${outside.ifname} down`, `link set ${outside.ifname} nomaster`, ...owned]);
    if (owned.length > 0) await batch([`link property add dev ${name} altname ${outside.ifname}`]);
    writeSetting(`net/ipv4/conf/${name}/rp_filter`, '1');
    writeSetting(`net/ipv4/conf/${name}/proxy_arp`, '1');
    // Otherwise an answer for somebody else waits up to 0.8 s.
    writeSetting(`net/ipv4/neigh/${name}/proxy_delay`, '0');
    withoutIpv6(name);
    await batch([
      `link set ${name} up`,
      `route replace ${link.address}/32 dev ${name} scope link`,
      `neigh replace ${link.address} lladdr ${inside.address} dev ${name} nud permanent`,
    ]);
  } catch (error) {
    await releaseLink(link.address);
    throw error;
  }
}

/**
 * Gives a link back to its owner to be removed: as it was named, and down, for nothing looks at what goes over it any more. One
 * that is gone is fine.
 * @throws {CommandFailed} when the kernel refuses.
 */
export async function releaseLink(address: string): Promise<void> {
  const name = hostInterfaceOf(address);
  if (!isInterfaceThere(name)) return;
  try {
    const [found] = devices.parse(JSON.parse(await runCommand('ip', ['-j', 'link', 'show', 'dev', name])));
    const owned = found?.altnames?.[0];
    // Whoever took it over died before it was called by both names.
    if (owned === undefined) return await detachContainer(address);
    await batch([`link set ${name} down`, `link property del dev ${name} altname ${owned}`]);
    await batch([`link set ${name} name ${owned}`]);
  } catch (error) {
    if (!saysNoSuchInterface(error)) throw error;
  }
}

/** What is not as {@link adoptLink} left it, a sentence each; empty when all is well. */
export async function checkAdopted({ address, ...link }: Omit<ForeignLink, 'hostInterfaces'>): Promise<string[]> {
  const name = hostInterfaceOf(address);
  if (!isInterfaceThere(name)) return [`the interface ${name} is not on this cell`];
  try {
    await bothEnds({ ...link, address, hostInterfaces: [name] });
  } catch (error) {
    if (error instanceof KernelRefused) return [error.message];
    throw error;
  }
  const [shown, route] = await Promise.all([
    runCommand('ip', ['-o', 'link', 'show', 'dev', name]),
    runCommand('ip', ['-o', 'route', 'show', `${address}/32`, 'dev', name]),
  ]);
  return [
    ...(/[<,]UP[,>]/.test(shown) ? [] : [`${name} is down`]),
    ...(/ master /.test(shown) ? [`${name} is a port of a bridge, where no rules apply`] : []),
    ...(route === '' ? [`no route leads to ${address} over ${name}`] : []),
  ];
}

/** Both ends of the link, which are what the other plugin has said they are. @throws {KernelRefused} when they are not. */
async function bothEnds({ netns, containerInterface, address, hostInterfaces }: ForeignLink) {
  for (const word of [netns, containerInterface, ...hostInterfaces]) requirePlain(word);
  const show = ['-j', 'addr', 'show'];
  const here = devices.parse(JSON.parse(await runCommand('ip', show)));
  const there = devices.parse(JSON.parse(await runCommand('nsenter', [`--net=${netns}`, 'ip', ...show])));
  const inside = there.find(({ ifname }) => ifname === containerInterface);
  if (!inside?.addr_info.some(({ local }) => local === address))
    throw new KernelRefused(`${containerInterface} of the container does not have the address ${address}`);
  const isNamed = ({ ifname, altnames = [] }: Device) =>
    [ifname, ...altnames].some((name) => hostInterfaces.includes(name));
  const outside = here.find(
    (each) => each.ifindex === inside.link_index && each.link_index === inside.ifindex && isNamed(each),
  );
  if (outside) return { inside, outside };
  const names = hostInterfaces.join(' nor ') || 'nothing';
  throw new KernelRefused(`${names} on this cell is the other end of ${containerInterface} of the container`);
}

async function batch(commands: readonly string[]): Promise<void> {
  await runCommand('ip', ['-batch', '-'], { stdin: commands.map((command) => `${command}\n`).join('') });
}
