import { z } from 'zod';
import { CommandFailed, runCommand } from '../command';
import {
  GATEWAY_ADDRESS,
  hardwareAddressesOf,
  hostInterfaceOf,
  requirePlain,
  type ContainerAttachment,
} from './container-link';

const device = z.object({
  ifindex: z.number(),
  link_index: z.number().optional(),
  mtu: z.number(),
  address: z.string(),
  flags: z.array(z.string()),
  // `address` is the far end of the link.
  addr_info: z.array(z.object({ local: z.string(), address: z.string().optional() })),
});
const devices = z.tuple([device]);
const routes = z.array(z.object({ gateway: z.string().optional(), dev: z.string(), prefsrc: z.string().optional() }));

type Device = z.infer<typeof device>;

/**
 * What is not as {@link attachContainer} left it, a sentence each; empty when all is well.
 * @throws {RangeError} when a name cannot stand in a command.
 */
export async function checkContainer(container: ContainerAttachment): Promise<string[]> {
  const hostInterface = hostInterfaceOf(container.address);
  const host = await readHostSide(hostInterface);
  if (!host) return [`the interface ${hostInterface} is not on this cell`];
  const inside = await readContainerSide(container);
  if (!inside) return [`the namespace ${container.netns} has no interface ${container.containerInterface}`];
  const { name, gateway } = { name: container.containerInterface, gateway: GATEWAY_ADDRESS };
  const hardware = hardwareAddressesOf(container.address);
  const hasWayOut = inside.routes.some(
    (route) => route.dev === name && route.gateway === gateway && route.prefsrc === container.address,
  );
  return [
    ...(inside.device.link_index === host.ifindex ? [] : [`${name} is not the other end of ${hostInterface}`]),
    ...differencesOf(hostInterface, host, hardware.host, gateway, container),
    ...differencesOf(name, inside.device, hardware.container, container.address, container),
    ...(hasWayOut ? [] : [`the container has no default route via ${gateway} from ${container.address}`]),
  ];
}

function differencesOf(
  name: string,
  found: Device,
  hardwareAddress: string,
  address: string,
  { mtu }: ContainerAttachment,
): string[] {
  return [
    ...(found.flags.includes('UP') ? [] : [`${name} is down`]),
    ...(found.mtu === mtu ? [] : [`${name} has the MTU ${found.mtu} instead of ${mtu}`]),
    ...(found.address === hardwareAddress
      ? []
      : [`${name} has the address ${found.address} instead of ${hardwareAddress}`]),
    ...(found.addr_info.some(({ local }) => local === address) ? [] : [`${name} does not have the address ${address}`]),
  ];
}

async function readHostSide(name: string): Promise<Device | null> {
  const shown = await unlessFailed(runCommand('ip', ['-j', 'addr', 'show', 'dev', name]));
  return shown === null ? null : devices.parse(JSON.parse(shown))[0];
}

async function readContainerSide({ netns, containerInterface }: ContainerAttachment) {
  requirePlain(containerInterface);
  const script = `ip -j addr show dev ${containerInterface} && ip -j route show default`;
  const shown = await unlessFailed(runCommand('nsenter', [`--net=${netns}`, 'sh', '-c', script]));
  if (shown === null) return null;
  const [addresses = '', ways = ''] = shown.split('\n');
  return { device: devices.parse(JSON.parse(addresses))[0], routes: routes.parse(JSON.parse(ways || '[]')) };
}

/** Whatever is not there makes these commands fail. */
async function unlessFailed(shown: Promise<string>): Promise<string | null> {
  try {
    return await shown;
  } catch (error) {
    if (error instanceof CommandFailed) return null;
    throw error;
  }
}
