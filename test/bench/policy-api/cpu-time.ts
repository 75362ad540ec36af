import { readFile } from 'node:fs/promises';

/** Linux tells CPU time in ticks of 10 ms, on every machine that Node runs on. */
const MS_PER_TICK = 10;

/** How long a process has been on the CPU so far with all its threads, in user and in kernel mode, in ms. */
export function cpuMsOf(pid: number): Promise<number> {
  return sumOf(pid, 14, 15);
}

/** The same of the children of a process that have ended, and of their children. */
export function cpuMsOfEndedChildren(pid: number): Promise<number> {
  return sumOf(pid, 16, 17);
}

async function sumOf(pid: number, user: number, kernel: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in brackets, and may hold anything; those behind it are numbered from 3 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[user - 3]) + Number(fields[kernel - 3])) * MS_PER_TICK;
}
