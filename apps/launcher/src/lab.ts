import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  cellAddress,
  hostAddress,
  makeCell,
  makeUnderlay,
  relayNats,
  removeLab,
  runContainer,
  socketPath,
  writeLab,
  type LabCell,
  type LabContainer,
  type LabRecord,
  type LabRun,
} from '@heddle/lab';
import { identifyProcess, openAll, type ConfigurationOf, type Logger } from '@heddle/platform';
import { Program } from './program';

/** A lab that runs. */
export interface Lab {
  readonly homeowner: LabContainer;
  readonly visitor: LabContainer;
  close(): Promise<void>;
}

/** The nats-server as cells may use it. */
export interface CellAccess {
  readonly natsUrl: string;
  readonly user?: string;
  readonly pass?: string;
}

/** Where an agent keeps which incarnation of its cell it is: see `apps/cell-agent`. */
const INCARNATION_FILE = 'incarnation.json';

/** Where the homeowner of the demo answers. */
export const HOMEOWNER_PORT = 8080;

/**
 * Makes the lab.
 *
 * ```
 *  machine ── heddle-host ── bridge (heddle-underlay) ──┬── heddle-cell-1: agent, silk-vtep ── heddle-visitor-0
 *  nats relay 198.18.0.1                                └── heddle-cell-2: agent, silk-vtep ── heddle-homeowner-0
 * ```
 *
 * What an earlier lab left behind is removed first.
 */
export async function startLab(config: ConfigurationOf<'launcher'>, access: CellAccess, logger: Logger): Promise<Lab> {
  await removeLab();
  const directory = resolve(config.dataDir, 'lab');
  await forgetContainers(directory);
  const lab = labOf(config.labCells, directory);
  return openAll(async (opened) => {
    opened.add(removeLab);
    await writeLab(lab);
    await makeUnderlay();
    const relay = await relayNats(access.natsUrl, hostAddress);
    opened.add(() => relay.close());
    for (const cell of lab.cells) {
      logger.info({ cell: cell.cell }, 'starting a cell');
      await makeCell(cell);
      const agent = await startAgent(cell, config, { ...access, natsUrl: relay.url }, directory, logger);
      opened.add(() => agent.stop());
    }
    const homeowner = await runContainer(lab, runOf('homeowner', homeownerCell(lab)));
    const door = `http://${homeowner.address}:${HOMEOWNER_PORT}`;
    const visitor = await runContainer(lab, runOf('visitor', 'cell-1', door));
    return { homeowner, visitor, close: () => opened.close() };
  });
}

/**
 * Removes what the containers of an earlier lab left, and what its agents knew of them. Who the cells are stays: they come back as
 * the machines they were, to the subnets they had.
 */
async function forgetContainers(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (!entry.isDirectory()) await rm(path, { force: true });
    else
      for (const file of await readdir(path))
        if (file !== INCARNATION_FILE) await rm(join(path, file), { recursive: true, force: true });
  }
}

function labOf(cells: number, directory: string): LabRecord {
  const owner = identifyProcess(process.pid);
  if (!owner) throw new Error('this process cannot identify itself');
  return {
    owner,
    logDir: directory,
    cells: Array.from({ length: cells }, (_, i): LabCell => {
      const cell = `cell-${i + 1}`;
      return { cell, namespace: `heddle-${cell}`, underlayAddress: cellAddress(i + 1), socket: socketPath(cell) };
    }),
  };
}

/** As in the image of the agent: docs/adr/0037 and 0051. */
const AGENT_NODE_OPTIONS = ['--max-semi-space-size=1'];
const AGENT_ALLOCATOR = { MALLOC_ARENA_MAX: '1' };

async function startAgent(
  { cell, namespace, underlayAddress, socket }: LabCell,
  config: ConfigurationOf<'launcher'>,
  { natsUrl, user, pass }: CellAccess,
  directory: string,
  logger: Logger,
): Promise<Program> {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    ...AGENT_ALLOCATOR,
    NATS_URL: natsUrl,
    HEDDLE_NATS_USER: user,
    HEDDLE_NATS_PASSWORD: pass,
    HEDDLE_CELL: cell,
    HEDDLE_UNDERLAY_ADDRESS: underlayAddress,
    HEDDLE_AGENT_SOCKET: socket,
    HEDDLE_STATE_DIR: join(directory, cell),
    HEDDLE_DATAPLANE: config.dataplane,
    HEDDLE_IPTABLES: config.iptables,
    HEDDLE_VXLAN_PORT: String(config.vxlanPort),
  };
  const options = {
    name: `cell-agent ${cell}`,
    app: 'cell-agent',
    nodeOptions: AGENT_NODE_OPTIONS,
    namespace: `/run/netns/${namespace}`,
    environment,
    logger,
  };
  return (await Program.start(options)).program;
}

/** Another cell than the visitor's, if there is another. */
function homeownerCell({ cells }: LabRecord): string {
  return cells.length > 1 ? 'cell-2' : 'cell-1';
}

function runOf(app: string, cell: string, ...args: string[]): LabRun {
  return { app, index: 0, cell, command: [process.execPath, join(__dirname, '../../demo/src', `${app}.js`), ...args] };
}
