import { existsSync } from 'node:fs';
import { runCommand } from '@heddle/dataplane';
import { endProcess, identifyProcess } from '@heddle/platform';
import { forgetNamespace, noteNamespace } from './lab-directory';

/** How long processes of a namespace have to end before they are ended. */
const PATIENCE_MS = 1_000;

/** The path of a named network namespace, as `ip netns` keeps them. */
export function namespacePath(name: string): string {
  return `/run/netns/${name}`;
}

/** Makes a network namespace of the lab, with its loopback up. */
export async function makeNamespace(name: string): Promise<void> {
  await noteNamespace(name);
  await runCommand('ip', ['netns', 'add', name]);
  await runCommand('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
}

/** Ends every process in a namespace of the lab, then removes it with all that is in it. One that is gone is fine. */
export async function removeNamespace(name: string): Promise<void> {
  if (existsSync(namespacePath(name))) {
    await Promise.all((await processesIn(name)).map(endByPid));
    await runCommand('ip', ['netns', 'del', name]);
  }
  await forgetNamespace(name);
}

/** The ids of the processes in a namespace. */
export async function processesIn(name: string): Promise<number[]> {
  const listed = await runCommand('ip', ['netns', 'pids', name]);
  return listed.split('\n').filter(Boolean).map(Number);
}

async function endByPid(pid: number): Promise<void> {
  const identity = identifyProcess(pid);
  if (identity) await endProcess(identity, PATIENCE_MS);
}
