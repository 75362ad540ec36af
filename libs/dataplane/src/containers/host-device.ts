import { existsSync } from 'node:fs';

/**
 * Whether this network namespace has an interface of this name. Synchronous for the reason that `writeSetting` is: it shows the
 * namespace of the thread that looks.
 */
export function isInterfaceThere(name: string): boolean {
  return existsSync(`/proc/sys/net/ipv4/conf/${name}`);
}
