import { CommandFailed, runCommand } from '../command';

/**
 * Makes the kernel forget the connections an address opened and those opened towards it, so that whoever gets the
 * address next inherits none.
 * @returns how many there were
 * @throws {CommandFailed} when `conntrack` is missing or refused.
 */
export async function forgetConnections(address: string): Promise<number> {
  const counts = await Promise.all(['--orig-src', '--orig-dst'].map((direction) => forget(direction, address)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function forget(direction: string, address: string): Promise<number> {
  try {
    const output = await runCommand('conntrack', ['--delete', direction, address]);
    // One line for each connection that is gone.
    return output.split('\n').filter(Boolean).length;
  } catch (error) {
    if (error instanceof CommandFailed && /\b0 flow entries have been deleted/.test(error.stderr)) return 0;
    throw error;
  }
}
