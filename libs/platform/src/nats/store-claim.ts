import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf, FatalError } from '../errors';
import { createFileAtomically } from '../files';
import { identifyProcess, isRunning, type ProcessIdentity, processIdentitySchema } from '../processes';

/** The right of this process, and of no other, to run a server on a store. */
export interface StoreClaim {
  /** Gives the right back. */
  release(): Promise<void>;
}

const TRIES = 5;

/**
 * Takes a store for this process by making `<directory>/owner.json`. What a process left there that runs no more is
 * taken over.
 * @throws {FatalError} when another process, or this one already, holds it.
 */
export async function claimStore(directory: string): Promise<StoreClaim> {
  const path = join(directory, 'owner.json');
  const own = `${JSON.stringify(identifyProcess(process.pid))}\n`;
  for (let tries = 0; tries < TRIES; tries++) {
    if (await createFileAtomically(path, own, 0o600)) return { release: () => rm(path, { force: true }) };
    const text = await readIfThere(path);
    if (text === undefined) continue;
    const owner = parseOwner(text);
    if (owner && isRunning(owner)) throw inUse(directory, `process ${owner.pid}`);
    await discard(path, text);
  }
  throw inUse(directory, 'others that start at the same moment');
}

/**
 * Removes a stale claim. Someone else who saw it too may have put their own in its place since: the name is taken away
 * first and looked at after, and what turns out to be another claim is given back.
 */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  const taken = await readFile(aside, 'utf8');
  if (taken !== stale) await createFileAtomically(path, taken, 0o600);
  await rm(aside);
}

function inUse(directory: string, by: string): FatalError {
  return new FatalError(
    `the nats-server store ${directory} is in use by ${by}: stop that one, or set HEDDLE_DATA_DIR to another directory`,
  );
}

/** A claim that cannot be read was made by no process that runs. */
function parseOwner(text: string): ProcessIdentity | undefined {
  try {
    return processIdentitySchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
