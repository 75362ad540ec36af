import { writeFileSync } from 'node:fs';
import { errorCodeOf, messageOf } from '@heddle/platform';
import { DataplaneUnavailable } from './dataplane-unavailable';

/**
 * Writes a kernel setting (`net/ipv4/ip_forward`) of this network namespace.
 *
 * Synchronous on purpose: it waits for nothing but the kernel, and `/proc/sys/net` shows the namespace of the thread that
 * opens the file, which for an asynchronous write is one of the pool.
 *
 * @throws {DataplaneUnavailable} when this process may not.
 */
export function writeSetting(path: string, value: string): void {
  try {
    writeFileSync(`/proc/sys/${path}`, value);
  } catch (cause) {
    throw new DataplaneUnavailable(
      `the kernel setting ${path} cannot be written (${errorCodeOf(cause) ?? messageOf(cause)}): run the agent as root, with /proc/sys writable (in a container: CAP_NET_ADMIN, and /proc/sys not read-only)`,
      { cause },
    );
  }
}
