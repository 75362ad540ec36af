import { closeSync, fstatSync, mkdirSync, openSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from './failure';
import { tryProgram } from './programs';

/** How many seconds somebody else may hold it. */
const PATIENCE_S = 50;

/**
 * Does a task while nobody else holds the lock at `path`. The kernel lets go of it when the last process ends that has its
 * descriptor, so whoever dies leaves none behind.
 * @param task is given the descriptor
 * @throws {Failure} when somebody else holds it for too long
 */
export function withLock<T>(path: string, task: (descriptor: number) => T): T {
  mkdirSync(dirname(path), { recursive: true });
  const descriptor = take(path);
  try {
    return task(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** As {@link withLock}, with a file that is there only as long as the lock is held. */
export function withPassingLock<T>(path: string, task: (descriptor: number) => T): T {
  return withLock(path, (descriptor) => {
    try {
      return task(descriptor);
    } finally {
      unlinkSync(path);
    }
  });
}

function take(path: string): number {
  for (;;) {
    const descriptor = openSync(path, 'a', 0o600);
    // Node has no word for `flock(2)`. The lock is of what was opened, not of the process that asks, so it outlives this one.
    const { status } = tryProgram('flock', ['--exclusive', '--timeout', String(PATIENCE_S), '3'], descriptor);
    // Whoever held it may have removed the file since it was opened here, and somebody else have made another one.
    if (status === 0 && isAt(path, descriptor)) return descriptor;
    closeSync(descriptor);
    if (status !== 0) throw new Failure(`${path} is locked, and was not let go of within ${PATIENCE_S} s: try again`);
  }
}

function isAt(path: string, descriptor: number): boolean {
  return statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(descriptor).ino;
}
