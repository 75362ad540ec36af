import { whyNoLab } from '@heddle/lab';
import {
  adminTokenPath,
  FatalError,
  openAll,
  startNatsServer,
  type ConfigurationOf,
  type Logger,
  type NatsUser,
  type Opened,
} from '@heddle/platform';
import { startLab, type CellAccess, type Lab } from './lab';
import { Program } from './program';

/** Everything that was started. */
export interface Heddle {
  /** Where the control plane answers. */
  readonly url: string;
  /** The lab, or why there is none. */
  readonly lab: Lab | string;
  close(): Promise<void>;
}

interface Server {
  readonly natsUrl: string;
  readonly control?: NatsUser;
  readonly cell?: NatsUser;
}

/**
 * Starts everything on one machine: the nats-server (unless one is given), the control plane, and the lab where it is possible.
 * @throws {FatalError} when a part cannot be started; then nothing is left running.
 */
export async function startHeddle(config: ConfigurationOf<'launcher'>, logger: Logger): Promise<Heddle> {
  return openAll(async (opened) => {
    const server = await serverOf(config, logger, opened);
    logger.info({ natsUrl: server.control ? server.natsUrl : 'NATS_URL' }, 'nats-server is there');
    const environment: NodeJS.ProcessEnv = {
      ...process.env,
      NATS_URL: server.natsUrl,
      HEDDLE_NATS_USER: server.control?.user ?? config.natsUser,
      HEDDLE_NATS_PASSWORD: server.control?.pass ?? config.natsPassword,
    };
    const options = { name: 'control-plane', app: 'control-plane', environment, logger };
    const { program, said: url } = await Program.start(options);
    opened.add(() => program.stop());
    // Should it have to be started again, it must answer where everybody knows it, also when it first took any free port.
    environment.HEDDLE_HTTP_PORT = new URL(url).port;
    logger.info({ url, adminToken: adminTokenPath(config.dataDir) }, 'control plane is there');
    const lab = await labOrWhyNot(config, cellAccess(config, server), logger);
    if (typeof lab !== 'string') opened.add(() => lab.close());
    return { url, lab, close: () => opened.close() };
  });
}

async function serverOf(config: ConfigurationOf<'launcher'>, logger: Logger, opened: Opened): Promise<Server> {
  if (config.natsUrl !== undefined) return { natsUrl: config.natsUrl };
  const server = await startNatsServer({ dataDir: config.dataDir, log: logger });
  opened.add(() => server.stop());
  return { natsUrl: server.url, ...server.users };
}

function cellAccess(config: ConfigurationOf<'launcher'>, { natsUrl, cell }: Server): CellAccess {
  return { natsUrl, user: cell?.user ?? config.natsUser, pass: cell?.pass ?? config.natsPassword };
}

async function labOrWhyNot(
  config: ConfigurationOf<'launcher'>,
  access: CellAccess,
  logger: Logger,
): Promise<Lab | string> {
  if (config.lab === 'off') return 'HEDDLE_LAB is off';
  const why = await whyNoLab();
  if (why === undefined) return startLab(config, access, logger);
  if (config.lab === 'on') throw new FatalError(`HEDDLE_LAB is on, but no lab can be made: ${why}`);
  return why;
}
