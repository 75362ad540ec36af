import { join } from 'node:path';
import { z } from 'zod';
import { FatalError } from '../errors';
import { readJsonFile, writeFileAtomically } from '../files';
import { endProcess, processIdentitySchema } from '../processes';

/** What is remembered of the last server on a store, for whoever starts the next one. */
const recordSchema = z.object({
  port: z.number().int().min(1).max(65_535),
  /** The server's process; it may outlive the one that started it. */
  server: processIdentitySchema,
});
export type ServerRecord = z.infer<typeof recordSchema>;

const ORPHAN_PATIENCE_MS = 5_000;

function recordPath(directory: string): string {
  return join(directory, 'server.json');
}

/** The record of the last server; undefined before the first one. */
export function readServerRecord(directory: string): Promise<ServerRecord | undefined> {
  return readJsonFile(recordPath(directory), recordSchema);
}

/** Remembers a server. */
export function writeServerRecord(directory: string, record: ServerRecord): Promise<void> {
  return writeFileAtomically(recordPath(directory), `${JSON.stringify(record)}\n`, 0o600);
}

/**
 * Ends the server of an owner that is gone: two servers on one store would destroy it.
 * @throws {FatalError} when it cannot be ended.
 */
export async function endOrphan({ server }: ServerRecord): Promise<void> {
  if (await endProcess(server, ORPHAN_PATIENCE_MS)) return;
  throw new FatalError(`nats-server (process ${server.pid}) of an earlier start does not end: end it by hand`);
}
