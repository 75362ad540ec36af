import { run } from '../../apps/cli/src/run';

/** How a run of the command line ended, and what it said. */
export interface CommandRun {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `heddle`, for the control plane at a URL if one is given. */
export async function runHeddle(argv: readonly string[], plane?: { url: string; token: string }): Promise<CommandRun> {
  let [out, err] = ['', ''];
  const exitCode = await run(argv, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env: plane ? { HEDDLE_URL: plane.url, HEDDLE_TOKEN: plane.token } : {},
    signal: AbortSignal.timeout(60_000),
    now: () => new Date(),
    timeZone: 'UTC',
  });
  return { exitCode, out, err };
}
