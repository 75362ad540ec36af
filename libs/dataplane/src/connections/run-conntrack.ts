import { runCommand } from '../command';

/**
 * Runs conntrack's own commands, one a line; one that finds nothing is fine. `conntrack` opens its input anew, which the kernel does
 * not let it do with what Node gives to its children, so a pipe of the shell lies between.
 * @returns the entries that were deleted, a line each
 * @throws {CommandFailed} when `conntrack` is missing or refused.
 */
export function runConntrack(commands: string): Promise<string> {
  return runCommand('sh', ['-c', 'cat | conntrack --load-file -'], { stdin: commands });
}
