import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { Failure } from './failure';

/** Longer than what any of them takes; whoever waits longer waits for something that does not come. */
const PATIENCE_MS = 60_000;

/** Runs a program of the machine to its end, whatever that is. @param descriptor its descriptor 3 */
export function tryProgram(program: string, args: readonly string[], descriptor?: number): SpawnSyncReturns<string> {
  const given = descriptor === undefined ? [] : [descriptor];
  const ended = spawnSync(program, args, {
    ...{ encoding: 'utf8', timeout: PATIENCE_MS, killSignal: 'SIGKILL' },
    stdio: ['ignore', 'pipe', 'pipe', ...given],
  });
  if (ended.error)
    throw new Failure(`${program} cannot be run (${ended.error.message}): is it in ${process.env.PATH}?`);
  return ended;
}

/** Runs a program of the machine. @throws {Failure} with its words when it does not end well */
export function runProgram(program: string, args: readonly string[]): void {
  const { status, stderr } = tryProgram(program, args);
  if (status !== 0) throw new Failure(`${program} ${args.join(' ')} failed with ${status}: ${stderr.trim()}`);
}
