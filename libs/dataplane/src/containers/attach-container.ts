import { runCommand } from '../command';
import { writeSetting } from '../kernel-setting';
import { renderShaper, renderTrafficControl } from './bandwidth';
import {
  hostInterfaceOf,
  renderContainerSide,
  renderHostSide,
  renderPair,
  requirePlain,
  type Bandwidth,
  type ContainerAttachment,
} from './container-link';
import { detachContainer } from './detach-container';

/**
 * Puts a container on the overlay: a veth pair with static neighbours on both sides, so that no ARP ever travels.
 * The host side comes up last; until then nothing passes.
 * @throws {CommandFailed} when a step fails; then nothing is left behind.
 * @throws {RangeError} when the address is none, or a name or path cannot stand in a command.
 */
export async function attachContainer(container: ContainerAttachment): Promise<void> {
  requirePlain(container.netns);
  requirePlain(container.containerInterface);
  // Outside the clean-up below: if the pair is already there, it is someone else's and stays.
  await runCommand('ip', ['-batch', '-'], { stdin: renderPair(container) });
  try {
    writeSetting(`net/ipv4/conf/${hostInterfaceOf(container.address)}/rp_filter`, '1');
    withoutIpv6(hostInterfaceOf(container.address));
    await inContainer(container, renderContainerSide(container));
    if (container.bandwidth) await limit(container.address, container.bandwidth);
    await runCommand('ip', ['-batch', '-'], { stdin: renderHostSide(container) });
  } catch (error) {
    await detachContainer(container.address);
    throw error;
  }
}

/** One process: it enters the namespace, turns IPv6 off there (the overlay has none; a kernel without it is fine) and becomes `ip`. */
function inContainer({ netns, containerInterface }: ContainerAttachment, batch: string): Promise<string> {
  const setting = `/proc/sys/net/ipv6/conf/${containerInterface}/disable_ipv6`;
  const script = `[ ! -e ${setting} ] || echo 1 > ${setting}; exec ip -batch -`;
  return runCommand('nsenter', [`--net=${netns}`, 'sh', '-c', script], { stdin: batch });
}

async function limit(address: string, bandwidth: Bandwidth): Promise<void> {
  const shaper = renderShaper(address, bandwidth);
  if (shaper) await runCommand('ip', ['-batch', '-'], { stdin: shaper });
  const control = renderTrafficControl(address, bandwidth);
  if (control) await runCommand('tc', ['-batch', '-'], { stdin: control });
}

/** Turns IPv6 off on an interface of the host: there are no rules for it. */
export function withoutIpv6(hostInterface: string): void {
  try {
    writeSetting(`net/ipv6/conf/${hostInterface}/disable_ipv6`, '1');
  } catch {
    // A kernel without IPv6 has no such setting, and needs none.
  }
}
