import { NestFactory } from '@nestjs/core';
import { Transport, type MicroserviceOptions } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import {
  createMetrics,
  ensureAdminToken,
  ensureSigningKey,
  FatalError,
  openAll,
  parseNatsUrl,
  type ConfigurationOf,
  type Logger,
  type Opened,
  type SigningKey,
} from '@heddle/platform';
import type { Request, Response } from 'express';
import { openAccess } from './access/open-access';
import { PolicyCleanup } from './access/policy-cleanup';
import { AppModule, type AppParts } from './app.module';
import { frontDoor } from './cloud-foundry/front-door';
import { startCore, type Core } from './core/core';
import { DASHBOARD_FILES, dashboardIsThere, guardDashboard } from './dashboard/dashboard';
import { NestLogger } from './http/nest-logger';
import { HttpAdapter } from './http/http-adapter';
import { ProblemFilter } from './http/problem';
import { readTlsFiles, type TlsFiles } from './http/tls-files';
import { startInternalApi } from './internal/internal-api';
import { startSilkApi } from './leases/silk-api';
import { RefusedAttempts } from './refused/refused-attempts';
import { startGroupSync } from './security-groups/start-group-sync';
import { describeCore, requestDurations } from './metrics/metrics';

/** A control plane that answers. */
export interface ControlPlane {
  /** Where: `http://127.0.0.1:4002`. */
  readonly url: string;
  /** Where the internal API of cells is; `null` when it has no certificates. */
  readonly internalUrl: string | null;
  /** Where it tells of its health; `null` likewise. */
  readonly internalHealthUrl: string | null;
  /** Where the API of silk daemons is; `null` when it has no certificates, or not the role. */
  readonly leasesUrl: string | null;
  /** Where its health is asked; `null` likewise. */
  readonly leasesHealthUrl: string | null;
  /** Rejects when something went wrong that the process cannot go on from. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/**
 * Starts the control plane: the core first, then what asks it.
 * @throws {FatalError} when the server, the database, the data directory or the port cannot be used.
 */
export async function startControlPlane(
  config: ConfigurationOf<'control-plane'>,
  natsUrl: string,
  logger: Logger,
): Promise<ControlPlane> {
  return openAll(async (opened) => {
    const key = await ensureSigningKey(config.dataDir);
    await ensureAdminToken(config.dataDir);
    const core = await startCore(config, natsUrl, logger);
    opened.add(() => core.close());
    const registry = createMetrics({ program: 'control-plane', ofProcess: true });
    describeCore(registry, core);
    const refused = new RefusedAttempts({ config, connection: core.connection, registry, logger });
    opened.add(() => refused.close());
    const { access, cleanup } = await openAccessOf(config, key, core, logger, opened);
    const tls = await readTlsFiles(config);
    const app = await createApp({ core, access, cleanup, refused, registry, logger, config }, tls);
    opened.add(() => app.close());
    const hasLeases = config.roles.includes('leases');
    if (hasLeases) app.connectMicroservice(leaseRequests(config, natsUrl));
    await app.startAllMicroservices();
    await listen(app, config.httpHost, config.httpPort);
    if (config.roles.includes('group-sync')) startGroupSync(config, { core, registry, logger, opened });
    const internal = await startInternalApi(config, { core, refused, registry, logger });
    if (internal) opened.add(() => internal.close());
    const silk = hasLeases ? await startSilkApi(config, { core, refused, registry, logger }) : undefined;
    if (silk) opened.add(() => silk.close());
    // Live streams never end by themselves.
    opened.add(() => app.getHttpServer().closeAllConnections());
    return {
      url: await app.getUrl(),
      internalUrl: internal?.url ?? null,
      internalHealthUrl: internal?.healthUrl ?? null,
      leasesUrl: silk?.url ?? null,
      leasesHealthUrl: silk?.healthUrl ?? null,
      failed: core.failed,
      close: () => opened.close(),
    };
  });
}

/** Who may do what, and the cleanup that rests on it; the latter works by itself where there is a Cloud Controller to ask. */
async function openAccessOf(
  config: ConfigurationOf<'control-plane'>,
  key: SigningKey,
  core: Core,
  logger: Logger,
  opened: Opened,
): Promise<Pick<AppParts, 'access' | 'cleanup'>> {
  const access = await openAccess(config, key, logger);
  const intervalMinutes = config.policyCleanupIntervalMinutes;
  const list = async () => {
    await core.sql.caughtUp();
    return core.readModel.listPolicies();
  };
  const cleanup = new PolicyCleanup({ policies: core.policies, list, access, intervalMinutes, logger });
  opened.add(() => cleanup.close());
  // Closed before the cleanup, which then does not wait for the Cloud Controller any more.
  opened.add(() => access.close());
  if (config.ccUrl !== undefined && config.roles.includes('cleanup')) cleanup.start();
  return { access, cleanup };
}

async function createApp(parts: AppParts, tls: TlsFiles | undefined): Promise<NestExpressApplication> {
  const door = frontDoor({ corsDomains: parts.config.allowedCorsDomains ?? [], isTls: tls !== undefined });
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(parts), new HttpAdapter(door), {
    ...(tls && { httpsOptions: tls }),
    bodyParser: false,
    logger: new NestLogger(parts.logger),
    abortOnError: false,
  });
  app.disable('x-powered-by');
  // Nobody asks for it, and to make one of a list of 60 000 policies takes longer than to write the list.
  app.disable('etag');
  app.set('trust proxy', parts.config.trustedProxies ?? false);
  app.useGlobalFilters(new ProblemFilter(parts.refused));
  app.use(measure(requestDurations(parts.registry)));
  if (dashboardIsThere()) app.useStaticAssets(DASHBOARD_FILES, { prefix: '/dashboard', setHeaders: guardDashboard });
  SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, openApi()));
  return app;
}

/** Cells' requests come over NATS; of several control planes one answers each. */
function leaseRequests(config: ConfigurationOf<'control-plane'>, natsUrl: string): MicroserviceOptions {
  const { servers, user, pass } = parseNatsUrl(natsUrl);
  return {
    transport: Transport.NATS,
    options: {
      servers: [...servers],
      user: config.natsUser ?? user,
      pass: config.natsPassword ?? pass,
      queue: 'heddle-leases',
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
    },
  };
}

async function listen(app: NestExpressApplication, host: string, port: number): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'is in use' : `cannot be listened on (${code ?? String(error)})`;
    throw new FatalError(`${host}:${port} ${why}: choose another with HEDDLE_HTTP_PORT`, { cause: error });
  }
}

function openApi() {
  return new DocumentBuilder()
    .setTitle('Heddle')
    .setDescription('Policies between containers, the log of every change, and where each is in force')
    .setVersion('1')
    .addBearerAuth()
    .build();
}

function measure(durations: ReturnType<typeof requestDurations>) {
  return (request: Request, response: Response, next: () => void): void => {
    const stop = durations.startTimer({ method: request.method });
    response.on('finish', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'none';
      if (response.getHeader('content-type')?.toString().startsWith('text/event-stream')) return;
      stop({ route, status: String(response.statusCode) });
    });
    next();
  };
}
