import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How often one looks at a process that will be gone when it has ended. */
const LOOK_MS = 100;

/** The most memory that a process has had at once since {@link forgetPeak}, or since it began, in MB. */
export async function peakMbOf(pid: number): Promise<number> {
  const [, kib] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kib) / 1024);
}

/** Lets the peak of a process begin anew (proc(5): `clear_refs`). */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}

/** Runs a program to its end, which has to be a good one. @returns what it printed, and the most memory it had, in MB */
export async function runMeasured(argv: readonly string[]): Promise<{ out: string; peakMb: number }> {
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let [out, peakMb] = ['', 0];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  while (child.exitCode === null && child.signalCode === null) {
    // Between two looks it may have ended; then its status says nothing of memory.
    const seen = await peakMbOf(child.pid as number).catch(() => NaN);
    if (seen > peakMb) peakMb = seen;
    await delay(LOOK_MS);
  }
  const [code] = (await exited) as [number | null];
  if (code !== 0) throw new Error(`${argv.join(' ')} ended with ${code}: ${out}`);
  return { out, peakMb };
}
