import { saysNoSuchInterface, runCommand } from '../command';
import { hostInterfaceOf } from './container-link';

/**
 * Takes a container off the overlay; the other end of the pair, its routes and neighbours go with the host side.
 * Succeeds when it is already gone.
 * @throws {CommandFailed} when the kernel refuses.
 */
export async function detachContainer(address: string): Promise<void> {
  try {
    await runCommand('ip', ['link', 'delete', 'dev', hostInterfaceOf(address)]);
  } catch (error) {
    if (!saysNoSuchInterface(error)) throw error;
  }
}
