import { join } from 'node:path';
import { ensureCellStreams, ensureRenewalStream, hearBeats, StatePublisher, type Beat } from '@heddle/cell-protocol';
import {
  describeNetworks,
  isInNetworks,
  groupDecider,
  LAST_TAG,
  leaseDecider,
  parseBlock,
  policyDecider,
  type OverlayPlan,
  type Patience,
} from '@heddle/domain';
import { ensureLogStream, JetStreamEventLog, Ledger, LogFollower, type EventLog } from '@heddle/event-log';
import {
  connectNats,
  FatalError,
  openAll,
  type ConfigurationOf,
  type Logger,
  type NatsConnection,
} from '@heddle/platform';
import { LOG_CURSOR, openReadModel, type ReadModel } from '@heddle/read-model';
import { FactJudge } from '../audit/fact-judge';
import { openAudit, type Audit } from '../audit/open-audit';
import { RecordedSpaces } from '../guardrails/recorded-spaces';
import { GroupProblems } from '../security-groups/group-problems';
import { BoxCloser } from '../time-boxes/box-closer';
import { ForwardClock } from '../time-boxes/forward-clock';
import { OpenBoxes } from '../time-boxes/open-boxes';
import { CellLiveness } from './cell-liveness';
import { CellPresence } from './cell-presence';
import { ChangeMark } from './change-mark';
import { EnforcementProjection } from './enforcement-projection';
import { LeaseEnds } from './lease-ends';
import { LeaseKeeper, type LeaseTerms } from './lease-keeper';
import { LiveFeed } from './live-feed';
import type { GroupLedger, LeaseLedger, PolicyLedger } from './ledgers';
import { SqlProjection } from './sql-projection';
import { StandingPolicies } from './standing-policies';
import { StateProjection } from './state-projection';
import { TouchedSpaces } from './touched-spaces';
import { TagQuarantine } from './tag-quarantine';

/** Everything behind the HTTP server. */
export interface Core {
  readonly connection: NatsConnection;
  readonly log: EventLog;
  readonly follower: LogFollower;
  readonly policies: PolicyLedger;
  /** By which policies close whose time is over. */
  readonly boxClock: ForwardClock;
  readonly leases: LeaseLedger;
  readonly groups: GroupLedger;
  readonly groupProblems: GroupProblems;
  readonly audit: Audit;
  /** When somebody last asked for policies to change. */
  readonly policiesMark: ChangeMark;
  readonly standingPolicies: StandingPolicies;
  readonly recordedSpaces: RecordedSpaces;
  /** When security groups last changed. */
  readonly groupsMark: ChangeMark;
  /** CIDRs of everything that cells reach each other on: where leases come from, and where they came from before. */
  readonly overlayNetworks: readonly string[];
  /** How long it is kept where containers were, after they have left. */
  readonly placementsKeptMs: number;
  readonly leaseKeeper: LeaseKeeper;
  readonly leaseEnds: LeaseEnds;
  readonly readModel: ReadModel;
  readonly sql: SqlProjection;
  readonly enforcement: EnforcementProjection;
  readonly quarantine: TagQuarantine;
  readonly liveness: CellLiveness;
  readonly feed: LiveFeed;
  readonly states: StateProjection;
  /** Rejects when something went wrong that the process cannot go on from. */
  readonly failed: Promise<never>;
  close(): Promise<void>;
}

/**
 * Builds the control plane and brings it up to date with the log.
 *
 * ```
 *                                         ┌──▶ standing policies ──▶ GET policies
 *  HTTP ──▶ policies ─┐ decide            ├──▶ sql ─────────▶ read model ──▶ GET
 *                     ├────────▶ LOG ──▶ follower ──▶ states ──▶ STATE ──▶ cells
 *  NATS ──▶ leases ───┤ append            ├──▶ enforcement ◀── reports ◀── cells
 *  CC ────▶ groups ───┘                   ├──▶ feed ──▶ server-sent events
 *                                         └──▶ audit ──▶ CHECKPOINTS; closes the ledgers when the log is broken
 * ```
 *
 * @throws {FatalError} when the server or the database cannot be used.
 */
export async function startCore(
  config: ConfigurationOf<'control-plane'>,
  natsUrl: string,
  logger: Logger,
): Promise<Core> {
  return openAll(async (opened) => {
    const { natsUser: user, natsPassword: pass } = config;
    const connection = await connectNats({ servers: natsUrl, user, pass, name: 'heddle-control-plane' });
    opened.add(() => connection.drain());
    await prepareStreams(connection, config, logger);
    const sqliteFile = join(config.dataDir, 'read-model.sqlite');
    const readModel = await openReadModel({ databaseUrl: config.databaseUrl, sqliteFile });
    opened.add(() => readModel.close());
    const log = new JetStreamEventLog(connection);
    await refuseTablesOfAnotherLog(readModel, log);

    // Who subscribes first folds first: the ledgers, so that everyone behind them finds the event in their state.
    const judge: FactJudge = new FactJudge(log, () => ({ policies, leases, groups }), logger);
    const follower: LogFollower = new LogFollower(log, (event) => judge.judge(event));
    const overlay = overlayOf(config);
    const overlayNetworks = [...config.overlayNetworks, ...(config.overlayDrainedNetworks ?? [])];
    const audit = await openAudit({ config, connection, log, follower, logger, opened });
    const admit = (): void => audit.integrity.requireWhole();
    const policies = new Ledger('policy', policyDecider(lastTagOf(config)), log, follower, admit);
    const boxClock = new ForwardClock();
    const boxes = new OpenBoxes(follower);
    const boxCloser = new BoxCloser({ policies, boxes, clock: boxClock, follower, logger });
    const leases = new Ledger('lease', leaseDecider(overlay), log, follower, admit);
    const groups = new Ledger('group', groupDecider, log, follower, admit);
    const leaseEnds = new LeaseEnds(follower);
    const groupProblems = new GroupProblems(follower, groups, logger);
    const policiesMark = new ChangeMark(follower, ['policies-changed', 'policies-confirmed']);
    const groupsMark = new ChangeMark(follower, ['groups-changed']);
    const standingPolicies = new StandingPolicies(follower, config.tagLength);
    const recordedSpaces = new RecordedSpaces(follower);
    const liveness = new CellLiveness();
    const hear = ({ cell, alarms }: Beat): void => {
      liveness.heard(cell);
      liveness.said(cell, alarms);
    };
    opened.add(hearBeats(connection, hear));
    const sql = await SqlProjection.open(readModel, { log, follower });
    opened.add(() => sql.close());
    const publisher = await StatePublisher.open(connection);
    const touchedSpaces = new TouchedSpaces(follower, groups);
    const states = new StateProjection(publisher, follower, { policies, leases, groups }, touchedSpaces);
    opened.add(() => states.close());
    const sources = { connection, log, follower };
    const placementsKeptMs = config.placementsMaxAgeDays * DAY_MS;
    const enforcement = await EnforcementProjection.open({
      ...{ ...sources, readModel, leases, touchedSpaces, liveness, placementsKeptMs, logger },
    });
    opened.add(() => enforcement.close());
    const quarantine = new TagQuarantine(follower, () => enforcement.state, config.tagQuarantineSeconds * 1000);
    const feed = new LiveFeed({ ...sources, enforcement });
    opened.add(() => feed.close());
    const presence = new CellPresence(connection, patienceOf(config));
    const leaseKeeper = new LeaseKeeper(leases, presence, termsOf(config), logger);
    opened.add(() => leaseKeeper.close());

    opened.add(() => follower.close());
    await follower.start((position, end) => logger.info({ position, end }, 'replaying the log'));
    audit.begin();
    // Before anything else: what came due while nobody was there.
    opened.add(() => boxCloser.close());
    await boxCloser.start();
    states.beginToBeat(logger);
    await leaseKeeper.start({ endsOverdue: config.roles.includes('leases') });
    groupProblems.start();
    logger.info({ position: follower.position, overlay: describeNetworks(overlay) }, 'up to date with the log');
    warnOfUnreachable(leases, overlayNetworks, logger);

    // Last, and nothing is awaited from here on: who asks at once to hear of reports hears all of them.
    enforcement.start();
    const failed = Promise.race([follower.closed, sql.failed, enforcement.failed, presence.failed].map(endless));
    failed.catch(() => {});
    return {
      ...{ connection, log, follower, policies, leases, overlayNetworks, leaseKeeper, leaseEnds, readModel },
      ...{ placementsKeptMs, boxClock, audit, groups, groupProblems, policiesMark, groupsMark, standingPolicies },
      recordedSpaces,
      ...{ sql, enforcement, quarantine, liveness, feed, states, failed },
      close: () => opened.close(),
    };
  });
}

/** Tags of one byte leave room for 255 apps; beyond two bytes there are digits more, but no more tags. */
function lastTagOf({ tagLength }: ConfigurationOf<'control-plane'>): number {
  return Math.min(2 ** (8 * tagLength) - 1, LAST_TAG);
}

function overlayOf({ overlayNetworks, overlayBlockPrefix }: ConfigurationOf<'control-plane'>): OverlayPlan {
  return { networks: overlayNetworks.map(parseBlock), blockPrefixLength: overlayBlockPrefix };
}

const DAY_MS = 24 * 3600e3;
const MOST_SUBNETS_TOLD = 10;

/** Cells have no route to a lease in a network that they are not told of. */
function warnOfUnreachable({ state }: LeaseLedger, overlayNetworks: readonly string[], logger: Logger): void {
  const networks = overlayNetworks.map(parseBlock);
  const outside = [...state.byCell.values()].filter(
    (lease) => !isInNetworks(networks, parseBlock(lease.overlaySubnet)),
  );
  if (outside.length === 0) return;
  const subnets = outside.slice(0, MOST_SUBNETS_TOLD).map(({ overlaySubnet }) => overlaySubnet);
  logger.warn(
    { leases: outside.length, subnets },
    'leases stand outside the networks of the overlay: name theirs in HEDDLE_OVERLAY_DRAINED_NETWORKS until they have ended',
  );
}

/** Whoever missed so many renewals in a row is silent. */
const RENEWALS_MISSED = 3;
/** So long everyone is given to renew once after this process began to look; silk daemons poll every 30 s, slow ones every 300 s. */
const LONGEST_LOOK_MS = 600_000;

function patienceOf({ leaseExpirationSeconds }: ConfigurationOf<'control-plane'>): Patience {
  const expiryMs = leaseExpirationSeconds * 1000;
  return { expiryMs, lookMs: Math.min(expiryMs, LONGEST_LOOK_MS) };
}

function termsOf(config: ConfigurationOf<'control-plane'>): LeaseTerms {
  const silentAfterMs = RENEWALS_MISSED * config.leaseRenewIntervalSeconds * 1000;
  return { quarantineMs: config.leaseQuarantineSeconds * 1000, silentAfterMs };
}

async function prepareStreams(
  connection: NatsConnection,
  config: ConfigurationOf<'control-plane'>,
  logger: Logger,
): Promise<void> {
  const features = await ensureLogStream(connection);
  if (!features.appendOnly) {
    throw new FatalError(
      'the stream HEDDLE_LOG allows deletion: it must have deny_delete and deny_purge set to hold the log',
    );
  }
  await ensureCellStreams(connection);
  await ensureRenewalStream(connection, config.leaseExpirationSeconds * 1000);
  logger.info({ ...features, server: connection.info?.version }, 'streams are ready');
}

/** Tables that were filled from another log would pass over the events of this one, and answer with what never was. */
async function refuseTablesOfAnotherLog(readModel: ReadModel, log: EventLog): Promise<void> {
  const position = await readModel.cursor(LOG_CURSOR);
  if (position === 0) return;
  const kept = await readModel.change(position);
  const end = await log.lastSequence();
  if (position <= end) {
    for await (const event of log.read({ after: position - 1, upTo: position })) if (event.hash === kept?.hash) return;
  }
  throw new FatalError(
    `the read model holds change ${position} of another log than the one on this nats-server (which ends at ${end}): ` +
      'give it the log it belongs to, or an empty database, which is filled from the log',
  );
}

/** The same promise without its fulfilment: only a rejection matters. */
async function endless(promise: Promise<unknown>): Promise<never> {
  await promise;
  return new Promise<never>(() => {});
}
