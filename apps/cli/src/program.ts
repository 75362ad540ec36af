import { Command } from 'commander';
import { auditCommand } from './audit/audit-command';
import { cellCommand } from './cell/cell-command';
import { cellsCommand } from './cells/cells-command';
import { changesCommand } from './changes/changes-command';
import { dashboardCommand } from './dashboard/dashboard-command';
import { waitCommand } from './enforcement/wait-command';
import { groupCommand } from './group/group-command';
import type { Io } from './io';
import { isColourWanted } from './output/paint';
import { guardrailCommand } from './guardrail/guardrail-command';
import { leaseCommand } from './lease/lease-command';
import { labCommand } from './lab/lab-command';
import { PAGE_WIDTH } from './output/page';
import { policyCommand } from './policy/policy-command';
import { driftCommand } from './drift/drift-command';
import { planCommand } from './plan/plan-command';
import { reachCommand } from './reach/reach-command';
import { refusedCommand } from './refused/refused-command';
import { replayCommand } from './replay/replay-command';
import { revertCommand } from './revert/revert-command';
import { stateCommand } from './state/state-command';
import { tagCommand } from './tag/tag-command';
import { tokenCommand } from './token/token-command';
import { trailCommand } from './trail/trail-command';

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

/** The whole command line: all commands hang here, and whatever holds for each of them is said here. */
export function heddleProgram(io: Io): Command {
  const program = new Command('heddle')
    .description(DESCRIPTION)
    .addCommand(policyCommand(io))
    .addCommand(planCommand(io))
    .addCommand(revertCommand(io))
    .addCommand(guardrailCommand(io))
    .addCommand(reachCommand(io))
    .addCommand(changesCommand(io))
    .addCommand(replayCommand(io))
    .addCommand(refusedCommand(io))
    .addCommand(trailCommand(io))
    .addCommand(auditCommand(io))
    .addCommand(cellsCommand(io))
    .addCommand(cellCommand(io))
    .addCommand(driftCommand(io))
    .addCommand(leaseCommand(io))
    .addCommand(tagCommand(io))
    .addCommand(groupCommand(io))
    .addCommand(waitCommand(io))
    .addCommand(stateCommand(io))
    .addCommand(dashboardCommand(io))
    .addCommand(tokenCommand(io))
    .addCommand(labCommand(io))
    .addHelpText('after', EPILOGUE);
  settle(program, io, []);
  return program;
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
