import type { Command } from 'commander';

const HELP = ['help', '--help', '-h'];

/**
 * A command line as the parser is to have it: `help` in front means `--help` behind, and help is not asked of a command that does not
 * exist, for the parser would answer with the help of what is above it and not say that a word is wrong.
 */
export function wordsToParse(program: Command, argv: readonly string[]): readonly string[] {
  if (argv[0] === 'help') return wordsToParse(program, [...argv.slice(1), '--help']);
  let command = program;
  for (const word of argv) {
    if (word.startsWith('-') || HELP.includes(word)) return argv;
    const below = command.commands.find((candidate) => candidate.name() === word);
    if (!below) return command.commands.length > 0 ? argv.filter((other) => !HELP.includes(other)) : argv;
    command = below;
  }
  return argv;
}
