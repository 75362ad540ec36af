import { errorCodeOf } from '../errors';
import { sleep } from '../time';
import { isRunning, type ProcessIdentity } from './process-identity';

const LOOK_EVERY_MS = 20;
/** SIGKILL takes effect at once unless the kernel holds the process in a wait that cannot be interrupted. */
const KILL_PATIENCE_MS = 5_000;

/**
 * Ends a process that need not be a child of this one: asks (SIGTERM), and after `patienceMs` forces (SIGKILL).
 * @returns whether it has ended.
 */
export async function endProcess(identity: ProcessIdentity, patienceMs: number): Promise<boolean> {
  return (await signalAndWait(identity, 'SIGTERM', patienceMs)) || signalAndWait(identity, 'SIGKILL', KILL_PATIENCE_MS);
}

async function signalAndWait(identity: ProcessIdentity, signal: NodeJS.Signals, patienceMs: number): Promise<boolean> {
  if (!isRunning(identity)) return true;
  sendSignal(identity.pid, signal);
  const deadline = performance.now() + patienceMs;
  while (isRunning(identity)) {
    if (performance.now() >= deadline) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone by itself, or not ours to end: whether it still runs tells the two apart.
    if (errorCodeOf(error) !== 'ESRCH' && errorCodeOf(error) !== 'EPERM') throw error;
  }
}
