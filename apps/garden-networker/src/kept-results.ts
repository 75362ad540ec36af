import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { networkListFrom, type CniResult, type NetworkList } from './network-list';
import { INTERFACE } from './plugin-chain';

/** Where and how Go's library for runtimes keeps them, so that others find what this one has made, and the other way round. */
const DIRECTORY = '/var/lib/cni/results';
const KIND = 'cniCacheV1';

interface Kept {
  readonly kind: string;
  readonly containerId: string;
  readonly ifName: string;
  readonly networkName: string;
  /** The list of plugins, in base64. */
  readonly config: string;
  readonly result: CniResult;
}

/** How a container came to be on its network. */
export interface Attached {
  readonly list: NetworkList;
  readonly result: CniResult;
}

/** Keeps how a container came, for when it goes. */
export function keepResult(handle: string, { list, result }: Attached): void {
  const config = Buffer.from(JSON.stringify(list)).toString('base64');
  const names = { containerId: handle, ifName: INTERFACE, networkName: list.name };
  mkdirSync(DIRECTORY, { recursive: true, mode: 0o700 });
  const path = join(DIRECTORY, `${list.name}-${handle}-${INTERFACE}`);
  writeFileSync(`${path}.new`, JSON.stringify({ kind: KIND, ...names, config, result } satisfies Kept), {
    mode: 0o600,
  });
  renameSync(`${path}.new`, path);
}

/** How a container came, whatever the network is by now. */
export function keptResult(handle: string): Attached | undefined {
  for (const path of filesOf(handle)) {
    const kept = read(path);
    if (kept?.containerId === handle) return { list: listIn(kept), result: kept.result };
  }
  return undefined;
}

export function forgetResult(handle: string): void {
  for (const path of filesOf(handle)) if (read(path)?.containerId === handle) rmSync(path, { force: true });
}

/** Those of other containers may be among them, for names of networks and of containers may both have dashes. */
function filesOf(handle: string): string[] {
  try {
    const names = readdirSync(DIRECTORY).filter((name) => name.endsWith(`-${handle}-${INTERFACE}`));
    return names.map((name) => join(DIRECTORY, name));
  } catch {
    return [];
  }
}

/** What cannot be read is nobody's: a crash has left it, and nothing depends on it. */
function read(path: string): Kept | undefined {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Kept;
    return kept.kind === KIND && kept.ifName === INTERFACE ? kept : undefined;
  } catch {
    return undefined;
  }
}

function listIn({ config }: Kept): NetworkList {
  return networkListFrom(Buffer.from(config, 'base64').toString('utf8'));
}
