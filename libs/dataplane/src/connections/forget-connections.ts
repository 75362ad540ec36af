import { runConntrack } from './run-conntrack';

/** How an entry of the kernel may speak of an address: as it was opened, and as its answers come (they differ where addresses are translated). */
const DIRECTIONS = ['--orig-src', '--orig-dst', '--reply-src', '--reply-dst'];

/**
 * Makes the kernel forget the connections an address opened and those opened towards it, of every protocol, so that whoever gets
 * the address next inherits none.
 * @returns how many there were
 * @throws {CommandFailed} when `conntrack` is missing or refused.
 */
export async function forgetConnections(address: string): Promise<number> {
  const commands = DIRECTIONS.map((direction) => `-D -f ipv4 ${direction} ${address}\n`);
  const deleted = await runConntrack(commands.join(''));
  // One line for each connection that is gone.
  return deleted.split('\n').filter(Boolean).length;
}
