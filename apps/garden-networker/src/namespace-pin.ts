import { closeSync, mkdirSync, openSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from './failure';
import { runProgram } from './programs';

/** From `<linux/magic.h>`: the file system that namespaces are files of. */
const NSFS_MAGIC = 0x6e736673;

/** The namespace of a process, or the one that was given as descriptor 3. */
export function namespaceOf(pid: number): string {
  // Other programs have other descriptors, so this process is named and not the one that looks.
  return pid === 0 ? `/proc/${process.pid}/fd/3` : `/proc/${pid}/ns/net`;
}

export function isNamespace(path: string): boolean {
  try {
    return statfsSync(path).type === NSFS_MAGIC;
  } catch {
    return false;
  }
}

/** Makes a namespace a file, as which it lives on without a process in it. */
export function pinNamespace(namespace: string, path: string): void {
  if (!isNamespace(namespace)) throw new Failure('there is no such namespace, or its process has ended');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  // Where these links seem to lead to is no path.
  runProgram('mount', ['--no-canonicalize', '--bind', namespace, path]);
}

/** Ends what {@link pinNamespace} began, also where it was cut off or done more than once. */
export function unpinNamespace(path: string): void {
  while (isNamespace(path)) runProgram('umount', ['--lazy', path]);
  rmSync(path, { force: true });
}
