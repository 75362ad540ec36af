import { readdirSync } from 'node:fs';
import { SHAPER_PREFIX } from './bandwidth';
import { HOST_INTERFACE_PREFIX } from './container-link';

/** A directory for each interface of the network namespace of the thread that looks. */
const INTERFACES = '/proc/sys/net/ipv4/conf';

/**
 * The host sides of containers that are there now, and the devices that hold back what containers send, by name ascending.
 * Synchronous for the reason that `writeSetting` is.
 */
export function listHostInterfaces(): string[] {
  return readdirSync(INTERFACES)
    .filter((name) => name.startsWith(HOST_INTERFACE_PREFIX) || name.startsWith(SHAPER_PREFIX))
    .sort();
}
