import { runCommand, saysNoSuchInterface } from '../command';
import { shaperOf } from './bandwidth';
import { hostInterfaceOf } from './container-link';
import { isInterfaceThere } from './host-device';

/**
 * Takes a container off the overlay; the other end of the pair, its routes, neighbours and queues go with the host side.
 * Succeeds when it is already gone, or half gone.
 * @throws {CommandFailed} when the kernel refuses.
 */
export async function detachContainer(address: string): Promise<void> {
  for (const device of [hostInterfaceOf(address), shaperOf(address)])
    if (isInterfaceThere(device)) await removeDevice(device);
}

async function removeDevice(device: string): Promise<void> {
  try {
    await runCommand('ip', ['link', 'delete', 'dev', device]);
  } catch (error) {
    // Its namespace may have gone since, and it with that.
    if (!saysNoSuchInterface(error)) throw error;
  }
}
