import { Command } from 'commander';
import { COMMANDS } from './commands';
import type { Io } from './io';
import { isColourWanted } from './output/paint';
import { PAGE_WIDTH } from './output/page';
import { heddleVersion } from './version';

const DESCRIPTION = 'Policies between containers, every change to them, and where each is in force.';

const EPILOGUE = `
Environment:
  HEDDLE_URL       the control plane (http://127.0.0.1:4002)
  HEDDLE_TOKEN     the bearer token; without it the one in <HEDDLE_DATA_DIR>/admin.token is used
  HEDDLE_DATA_DIR  the data directory (./.heddle)
  NO_COLOR         when set, output has no colour

Exit codes:
  0  done
  1  the surroundings do not let it be done: no control plane answers, or it cannot do its work
  2  it cannot be done as asked: a wrong argument, a token that does not suffice
  3  the time is over, and the change is not in force everywhere
  4  a check found something wrong
  70 a bug in Heddle

Examples:
  $ heddle policy add visitor homeowner --protocol tcp --port 8080 --wait
  $ heddle changes --app homeowner --since '2h ago'
  $ heddle cells --output json`;

/**
 * The command line as far as some words lead: every command is known by name, and the one that they name is loaded with all that
 * is under it. So whoever runs one does not pay for the others.
 * @param argv the words after the program's name
 */
export async function heddleProgram(io: Io, argv: readonly string[]): Promise<Command> {
  const program = new Command('heddle')
    .description(DESCRIPTION)
    .version(heddleVersion(), '--version', 'say which version this is')
    // The options and arguments of the others are not known here.
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', EPILOGUE);
  const wanted = commandIn(argv);
  for (const { name, description, load } of COMMANDS) {
    const command = new Command(name).description(description);
    program.addCommand(command);
    if (name === wanted) (await load())(command, io);
  }
  settle(program, io, []);
  return program;
}

/** The word that is the command, also of `help <command>`: no option before it takes a value. */
function commandIn(argv: readonly string[]): string | undefined {
  return argv.find((word) => word !== 'help' && !word.startsWith('-'));
}

/** Lets a command and those under it speak through `io` and end by throwing; `above` are the names before its own. */
function settle(command: Command, io: Io, above: readonly string[]): void {
  const names = [...above, command.name()];
  command
    .exitOverride()
    // An option of a command with subcommands (`changes --output`) must not take that of a subcommand.
    .enablePositionalOptions()
    .showHelpAfterError(`see: ${names.join(' ')} --help`)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, '')),
      getOutHelpWidth: () => io.stdout.columns ?? PAGE_WIDTH,
      getErrHelpWidth: () => io.stderr.columns ?? PAGE_WIDTH,
      getOutHasColors: () => isColourWanted(io.stdout, io.env),
      getErrHasColors: () => isColourWanted(io.stderr, io.env),
    });
  for (const below of command.commands) settle(below, io, names);
}
