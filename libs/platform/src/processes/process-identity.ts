import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { errorCodeOf } from '../errors';

/**
 * One process and no other. A number alone is not enough: the system gives it again after the process has ended, and
 * ending a stranger would be worse than leaving an orphan.
 */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  /**
   * When it started: the name of the machine's boot, and clock ticks since then (field 22 of `/proc/<pid>/stat`). After
   * another boot the same number at the same tick is another process. Null where there is no `/proc`.
   */
  startedAt: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** The identity of a process that runs now; undefined when there is none with this number. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  if (!existsSync('/proc/self/stat')) return respondsToSignals(pid) ? { pid, startedAt: null } : undefined;
  const fields = statOf(pid);
  // A zombie has ended; only its number is still taken, until its parent asks how it ended.
  const [state, startedAt] = [fields?.[0], fields?.[19]];
  if (startedAt === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, startedAt: `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}:${startedAt}` };
}

/** Whether exactly this process still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAt === identity.startedAt;
}

/** Fields 3 and following of `/proc/<pid>/stat`. Field 2, the name in parentheses, may hold spaces and parentheses itself. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'ESRCH') return undefined;
    throw error;
  }
}

function respondsToSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCodeOf(error) === 'EPERM';
  }
}
