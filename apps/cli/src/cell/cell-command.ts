import { Command } from 'commander';
import { AgentClient } from '@heddle/lab/agent-client';
import { readLab } from '@heddle/lab/lab-directory';
import { UserError } from '@heddle/platform/errors';
import { type OutputOption, withOutput } from '../arguments/shared-options';
import { Faulty } from '../endings';
import type { Io } from '../io';
import { Printer } from '../output/printer';
import { checkText } from './check-text';

/** As the agent has it. */
const DEFAULT_SOCKET = '/run/heddle/agent.sock';

const EXAMPLES = `
The agent of the cell is asked over its socket, so this runs on the cell itself, as root, or on
the machine of the lab, where a cell is named by its number or its name.

Examples:
  $ heddle cell check
  $ heddle cell check 2
  $ heddle cell check --socket /run/heddle/agent.sock --output json`;

interface CheckOptions extends OutputOption {
  readonly socket?: string;
}

/** `heddle cell`: one cell, from within. */
export function cellCommand(command: Command, io: Io): Command {
  return command.addCommand(checkCommand(io));
}

function checkCommand(io: Io): Command {
  const command = new Command('check')
    .description('let the agent try the overlay of its cell, and say what is wrong; the exit code is 4 then')
    .argument('[cell]', 'a cell of the lab; without it the cell of this machine')
    .option('--socket <path>', `the socket of the agent, instead of HEDDLE_AGENT_SOCKET (${DEFAULT_SOCKET})`)
    .addHelpText('after', EXAMPLES);
  return withOutput(command).action(async (cell: string | undefined, { socket, output }: CheckOptions) => {
    const agent = new AgentClient(socket ?? (await socketOf(cell, io)));
    const { cell: name } = await agent.status();
    const check = await agent.check();
    new Printer(io, output).print({ cell: name, ...check }, () => checkText(name, check));
    if (check.findings.length > 0) throw new Faulty();
  });
}

async function socketOf(cell: string | undefined, { env }: Io): Promise<string> {
  if (cell === undefined) return env.HEDDLE_AGENT_SOCKET ?? DEFAULT_SOCKET;
  const cells = (await readLab())?.cells ?? [];
  const found = cells.find((one) => one.cell === cell || one.cell === `cell-${cell}`);
  if (found) return found.socket;
  const there = cells.length > 0 ? `the lab has ${cells.map((one) => one.cell).join(', ')}` : 'no lab is running';
  throw new UserError('no-such-cell', `there is no cell '${cell}' on this machine: ${there}`);
}
