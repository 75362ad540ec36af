import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile, writeFileAtomically } from '@heddle/platform/files';
import { processIdentitySchema } from '@heddle/platform/processes';
import { z } from 'zod';

/** A cell of the lab. */
const labCell = z.object({
  cell: z.string(),
  /** Its network namespace. */
  namespace: z.string(),
  underlayAddress: z.string(),
  /** The local API of its agent. */
  socket: z.string(),
});

const record = z.object({
  /** The process that made the lab and will clear it away. */
  owner: processIdentitySchema,
  /** Where containers' output is kept. */
  logDir: z.string(),
  cells: z.array(labCell),
});

export type LabCell = z.infer<typeof labCell>;
export type LabRecord = z.infer<typeof record>;

/** There is one lab at a time on a machine, so its place is fixed; only root can make one. */
const LAB_DIRECTORY = '/run/heddle-lab';
const RECORD = join(LAB_DIRECTORY, 'lab.json');
const NAMESPACES = join(LAB_DIRECTORY, 'namespaces');

/** The path of a cell's agent socket. */
export function socketPath(cell: string): string {
  return join(LAB_DIRECTORY, `${cell}.sock`);
}

/** What the lab that runs, or that was left behind, consists of; `undefined` when there is none. */
export async function readLab(): Promise<LabRecord | undefined> {
  return readJsonFile(RECORD, record);
}

/** Writes what the lab consists of. */
export async function writeLab(lab: LabRecord): Promise<void> {
  await mkdir(NAMESPACES, { recursive: true, mode: 0o700 });
  await writeFileAtomically(RECORD, `${JSON.stringify(lab, null, 2)}\n`, 0o600);
}

/** Notes a namespace as the lab's own: before it is made, so that none is ever left behind unnoted. */
export async function noteNamespace(name: string): Promise<void> {
  await mkdir(NAMESPACES, { recursive: true, mode: 0o700 });
  await writeFile(join(NAMESPACES, name), '', { mode: 0o600 });
}

/** Takes back {@link noteNamespace}: after it is gone. */
export async function forgetNamespace(name: string): Promise<void> {
  await rm(join(NAMESPACES, name), { force: true });
}

/** The namespaces noted. */
export async function notedNamespaces(): Promise<string[]> {
  return readdir(NAMESPACES).catch(() => []);
}

/** Forgets the lab, after all of it is gone. */
export async function forgetLab(): Promise<void> {
  await rm(LAB_DIRECTORY, { recursive: true, force: true });
}
