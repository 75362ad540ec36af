import { Command } from 'commander';
import { listContainers, readLab, removeContainer, runContainer, type LabRecord } from '@heddle/lab';
import { UserError } from '@heddle/platform/errors';
import { isRunning } from '@heddle/platform/processes';
import { type OutputOption, withOutput } from '../arguments/shared-options';
import { wholeNumber } from '../arguments/whole-number';
import type { Io } from '../io';
import { Printer } from '../output/printer';
import { containerTable } from './container-table';

const EXAMPLES = `
The lab is the cells that npm start makes in network namespaces of this machine.
These commands take root.

Examples:
  $ heddle lab run probe --cell 1 -- python3 -m http.server 9000
  $ heddle lab ps
  $ ip netns exec heddle-probe-0 curl http://10.255.2.2:8080
  $ heddle lab rm probe`;

interface RunOptions extends OutputOption {
  readonly cell: string;
  readonly index: number;
}

/** `heddle lab`: containers of any app on any cell of the lab that runs. */
export function labCommand(command: Command, io: Io): Command {
  return command
    .addCommand(psCommand(io))
    .addCommand(runCommand(io))
    .addCommand(rmCommand(io))
    .addHelpText('after', EXAMPLES);
}

function psCommand(io: Io): Command {
  const command = new Command('ps').description('list the containers of the lab');
  return withOutput(command).action(async ({ output }: OutputOption) => {
    const containers = await listContainers(await runningLab());
    new Printer(io, output).print({ containers }, (page) => containerTable(containers, page));
  });
}

function runCommand(io: Io): Command {
  const command = new Command('run')
    .description('start a container of an app on a cell, with an address on the overlay and its policies in force')
    .argument('<app>', 'GUID of the app; in the lab a plain word')
    .argument('[command...]', 'what to run in it, behind --; it goes on when this command has ended')
    .requiredOption('--cell <n>', 'the cell: its number or its name')
    .option('--index <i>', 'which instance of the app', wholeNumber('--index', 0, 9_999), 0);
  return withOutput(command).action(async (app: string, started: string[], { cell, index, output }: RunOptions) => {
    const container = await runContainer(await runningLab(), { app, index, cell, command: started });
    new Printer(io, output).print(container, (page) => containerTable([container], page));
  });
}

function rmCommand(io: Io): Command {
  const command = new Command('rm')
    .description('remove a container: off the overlay, then its processes and its network namespace')
    .argument('<app>', 'the app')
    .option('--index <i>', 'which instance of the app', wholeNumber('--index', 0, 9_999), 0);
  return withOutput(command).action(async (app: string, { index, output }: Omit<RunOptions, 'cell'>) => {
    await removeContainer(await runningLab(), app, index);
    new Printer(io, output).print({ app, index, removed: true }, () => `${app}/${index} is removed`);
  });
}

async function runningLab(): Promise<LabRecord> {
  if (process.getuid?.() !== 0) throw new UserError('root-needed', 'the lab belongs to root: run this with sudo');
  const lab = await readLab();
  if (!lab || !isRunning(lab.owner))
    throw new UserError('no-lab', 'no lab is running: start one with npm start (as root, on Linux)');
  return lab;
}
