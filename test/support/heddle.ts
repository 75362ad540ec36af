import { run } from '../../apps/cli/src/run';
import type { TestControlPlane } from './control-plane';

/** What the command line prints when it asks a control plane; it must succeed. */
export async function heddle({ url, token }: TestControlPlane, ...argv: string[]): Promise<string> {
  const [out, err]: [string[], string[]] = [[], []];
  const exitCode = await run(argv, {
    stdout: { write: (text) => out.push(text), columns: 200 },
    stderr: { write: (text) => err.push(text) },
    env: { HEDDLE_URL: url, HEDDLE_TOKEN: token },
    signal: new AbortController().signal,
    now: () => new Date(),
    timeZone: 'UTC',
  });
  if (exitCode !== 0) throw new Error(`heddle ${argv.join(' ')} ended with ${exitCode}: ${err.join('')}`);
  return out.join('');
}
