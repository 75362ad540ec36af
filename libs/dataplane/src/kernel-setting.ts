import { writeFileSync } from 'node:fs';

/**
 * Writes a kernel setting (`net/ipv4/ip_forward`) of this network namespace.
 *
 * Synchronous on purpose: it waits for nothing but the kernel, and `/proc/sys/net` shows the namespace of the thread that
 * opens the file, which for an asynchronous write is one of the pool.
 */
export function writeSetting(path: string, value: string): void {
  writeFileSync(`/proc/sys/${path}`, value);
}
