import { join } from 'node:path';
import { ensureCellStreams, hearBeats, StatePublisher } from '@heddle/cell-protocol';
import { formatBlock, leaseDecider, parseBlock, policyDecider, type OverlayPlan } from '@heddle/domain';
import { ensureLogStream, JetStreamEventLog, Ledger, LogFollower, type EventLog } from '@heddle/event-log';
import { connectNats, FatalError, type ConfigurationOf, type Logger, type NatsConnection } from '@heddle/platform';
import { openReadModel, type ReadModel } from '@heddle/read-model';
import { CellLiveness } from './cell-liveness';
import { EnforcementProjection } from './enforcement-projection';
import { LeaseKeeper } from './lease-keeper';
import { LiveFeed } from './live-feed';
import type { LeaseLedger, PolicyLedger } from './ledgers';
import { SqlProjection } from './sql-projection';
import { StateProjection } from './state-projection';

/** Everything behind the HTTP server. */
export interface Core {
  readonly connection: NatsConnection;
  readonly log: EventLog;
  readonly follower: LogFollower;
  readonly policies: PolicyLedger;
  readonly leases: LeaseLedger;
  readonly overlay: OverlayPlan;
  readonly leaseKeeper: LeaseKeeper;
  readonly readModel: ReadModel;
  readonly sql: SqlProjection;
  readonly enforcement: EnforcementProjection;
  readonly liveness: CellLiveness;
  readonly feed: LiveFeed;
  /** Rejects when something went wrong that the process cannot go on from. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/**
 * Builds the control plane and brings it up to date with the log.
 *
 * ```
 *  HTTP ──▶ policies ─┐ decide            ┌──▶ sql ─────────▶ read model ──▶ GET
 *                     ├────────▶ LOG ──▶ follower ──▶ states ──▶ STATE ──▶ cells
 *  NATS ──▶ leases ───┘ append            ├──▶ enforcement ◀── reports ◀── cells
 *                                         └──▶ feed ──▶ server-sent events
 * ```
 *
 * @throws {FatalError} when the server or the database cannot be used.
 */
export async function startCore(
  config: ConfigurationOf<'control-plane'>,
  natsUrl: string,
  logger: Logger,
): Promise<Core> {
  const connection = await connectNats({
    servers: natsUrl,
    user: config.natsUser,
    pass: config.natsPassword,
    name: 'heddle-control-plane',
  });
  await prepareStreams(connection, logger);
  const readModel = await openReadModel({
    databaseUrl: config.databaseUrl,
    sqliteFile: join(config.dataDir, 'read-model.sqlite'),
  });

  const log = new JetStreamEventLog(connection);
  const follower = new LogFollower(log);
  const overlay: OverlayPlan = {
    network: parseBlock(config.overlayNetwork),
    blockPrefixLength: config.overlayBlockPrefix,
  };
  const policies = new Ledger('policy', policyDecider(), log, follower);
  const leases = new Ledger('lease', leaseDecider(overlay), log, follower);

  const liveness = new CellLiveness();
  const stopHearing = hearBeats(connection, (beat) => liveness.heard(beat.cell));
  const sql = await SqlProjection.open(readModel, follower);
  const states = new StateProjection(await StatePublisher.open(connection), follower, policies);
  const enforcement = await EnforcementProjection.open({ connection, readModel, follower, leases, liveness, logger });
  const feed = new LiveFeed({ connection, log, follower, enforcement });
  const leaseKeeper = new LeaseKeeper(leases, config.leaseExpirationSeconds * 1000, logger);

  await follower.start((position, end) => logger.info({ position, end }, 'replaying the log'));
  await enforcement.start();
  leaseKeeper.start();
  logger.info({ position: follower.position, overlay: formatBlock(overlay.network) }, 'up to date with the log');

  const failed = Promise.race([follower.closed, sql.failed, enforcement.failed].map(endless)) as Promise<never>;
  return {
    ...{
      connection,
      log,
      follower,
      policies,
      leases,
      overlay,
      leaseKeeper,
      readModel,
      sql,
      enforcement,
      liveness,
      feed,
      failed,
    },
    async close() {
      stopHearing();
      await Promise.all([leaseKeeper.close(), feed.close(), enforcement.close(), follower.close(), states.close()]);
      await sql.close();
      await readModel.close();
      await connection.drain();
    },
  };
}

async function prepareStreams(connection: NatsConnection, logger: Logger): Promise<void> {
  const features = await ensureLogStream(connection);
  if (!features.appendOnly) {
    throw new FatalError(
      'the stream HEDDLE_LOG allows deletion: it must have deny_delete and deny_purge set to hold the log',
    );
  }
  await ensureCellStreams(connection);
  logger.info({ ...features, server: connection.info?.version }, 'streams are ready');
}

/** The same promise without its fulfilment: only a rejection matters. */
async function endless(promise: Promise<unknown>): Promise<never> {
  await promise;
  return new Promise<never>(() => {});
}
