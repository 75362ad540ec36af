import type { Server } from 'node:http';
import type { Beat, Receipt } from '@heddle/cell-protocol';
import { enableForwarding, openFirewall, TrackedConnections, type Drift } from '@heddle/dataplane';
import {
  connectNats,
  ensureDataDirectory,
  messageOf,
  nowMs,
  openAll,
  type ConfigurationOf,
  type Logger,
} from '@heddle/platform';
import { AgentMetrics } from './agent-metrics';
import { Alarms } from './alarms';
import { atIntervals } from './at-intervals';
import { CniCommands } from './cni/cni-commands';
import { connectionOf, VTEP } from './cell-constants';
import { serveForcePollApi } from './force-poll-api';
import { givenLinks, kernelLinks } from './container-links';
import { reportOf } from './container-report';
import { ContainerStore } from './container-store';
import { Containers } from './containers';
import { listenerFor, stateToKeep } from './documents';
import { Enforcer, type Connections } from './enforcer';
import { CellForwarding } from './forwarding';
import { Knowledge } from './knowledge';
import { Coalescer } from './lease/coalescer';
import { Contact } from './lease/contact';
import { incarnationOf } from './lease/identity';
import { readLastGoodState, StateKeeper, type LastGoodState } from './lease/kept-state';
import { LeaseControl } from './lease/lease-control';
import { LeaseHolder } from './lease/lease-holder';
import { mendDrift } from './mend-drift';
import { outsideOptionsOf, reachesOf, settingsOf } from './outside-of';
import { SelfCheck } from './self-check';
import { serveSilkApi } from './silk-api';
import { serveSocket } from './socket-server';
import { StopRequest } from './stop-request';
import { Tunnels } from './tunnels';
import { Uplink } from './uplink';

/** An agent at work. */
export interface Agent {
  /** Stops the agent; the kernel keeps its rules, so traffic goes on as it was. */
  close(): Promise<void>;
  /** Resolves when somebody asked over the socket that it end. */
  readonly stopRequested: Promise<void>;
}

/** Leases that come one after another are put in force together after this long; one that comes alone is at once. */
const LEASE_WINDOW_MS = 50;
/** Documents that say what is known come by the hundreds when the stream is rebuilt, and only their receipts wait for it. */
const REPEATS_WINDOW_MS = 2_000;
/** Packets of the self-test are answered by the kernel of the other cell, which answers each sender once a second. */
const SELF_TEST_AT_MOST_EVERY_MS = 10_000;
/** Without any change the last good state is written this often, so that it says how long ago the cell was in touch. */
const KEEP_AT_LEAST_EVERY_SECONDS = 3_600;

/**
 * Starts the agent of one cell, inside the cell's network namespace.
 *
 * ```
 *  lease holder ──▶ forwarding or not                  unix socket ◀── runtime
 *       ▲               │ VTEP                            │ containers
 *       │ own document  ▼                                 │
 *  uplink ── live documents ──▶ knowledge ◀───────────────┘
 *    ▲                            │ desiredState (pure)   │
 *    │                            ▼                       ▼
 *    │                        enforcer             last good state, on disk
 *    │                            │──▶ nftables, routes, neighbours, FDB
 *    └── receipts, containers, beats with alarms ──▶ control plane
 * ```
 *
 * What the kernel holds from an earlier run stays until everything needed to replace it has been read. Where nobody can be
 * asked, the agent starts from the last good state and replaces that once somebody can.
 */
export async function startAgent(
  config: ConfigurationOf<'cell-agent'>,
  logger: Logger,
  signal: AbortSignal,
): Promise<Agent> {
  const { cell, underlayAddress, vxlanPort, stateDir } = config;
  return openAll(async (opened) => {
    await ensureDataDirectory(stateDir);
    const store = await ContainerStore.open(stateDir);
    const incarnation = await incarnationOf(stateDir);
    const lastGood = await readLastGoodState(stateDir, logger);
    const firewall = await openFirewall({ ...config, ...outsideOptionsOf(config) });
    opened.add(() => firewall.close());
    const tracked = await TrackedConnections.open();
    opened.add(() => tracked.close());
    enableForwarding();

    const background = new AbortController();
    const ending = AbortSignal.any([signal, background.signal]);
    const alarms = new Alarms(logger);
    const knowledge = new Knowledge(cell, reachesOf(config));
    if (lastGood) knowledge.remember(lastGood.leases, lastGood.apps, lastGood.spaces);
    const tunnels = new Tunnels((changed, leftOut) => {
      alarms.report('peers-left-out', leftOut);
      if (changed && config.selfTest) selfTest.come();
    });
    const selfCheck = new SelfCheck(tunnels, alarms);
    const selfTest = new Coalescer(() => selfCheck.test(), SELF_TEST_AT_MOST_EVERY_MS);
    opened.add(() => selfTest.close());
    const receipts = (receipt: Receipt): void => uplink.enforced(receipt);
    const metrics = new AgentMetrics({
      enforcedUpTo: () => enforcer.enforcedUpTo,
      appsWatched: () => new Set(store.list().flatMap(({ app }) => app ?? [])).size,
      elementsHeld: () => firewall.elementsHeld,
      gaps: () => uplink.gaps,
    });
    opened.add(async () => metrics.close());
    const enforcer: Enforcer = new Enforcer({
      ...{ knowledge, firewall, peers: tunnels, logger, receipts, figures: metrics },
      connections: connectionsOf(config, tracked),
      matched: () => alarms.report('rules-left-out', knowledge.rulesLeftOut.join('; ') || null),
    });
    const contact = new Contact(config.partitionToleranceSeconds * 1000, (why) => holder.lose(why), alarms);
    const toKeep = (): LastGoodState | undefined => stateToKeep(knowledge, holder.grant, contact.inTouchAtMs);
    const keeper = new StateKeeper(stateDir, toKeep, (failure) => alarms.report('state-not-kept', failure));
    opened.add(() => keeper.close());
    const leaseNews = new Coalescer(() => enforcer.knowledgeChanged(), LEASE_WINDOW_MS);
    opened.add(() => leaseNews.close());
    const repeats = new Coalescer(() => enforcer.knowledgeChanged(), REPEATS_WINDOW_MS);
    opened.add(() => repeats.close());

    const kept = lastGood && contact.leftMs(lastGood.inTouchAtMs) > 0 ? lastGood : undefined;
    const uplink: Uplink = new Uplink({
      ...{ cell, knowledge, logger, signal: ending, canWait: kept !== undefined },
      connect: (stop) => connectNats({ ...connectionOf(config), withinMs: Infinity, signal: stop }),
      listener: listenerFor({
        ...{ knowledge, enforcer, alarms, contact, keeper, leaseNews, repeats },
        holder: () => holder,
        resynced: () => metrics.caughtUp(),
        mostMissing: config.mostPeersMissing,
      }),
    });
    opened.add(() => uplink.close());
    opened.add(() => enforcer.close());
    const report = (): void => uplink.holds(reportOf(cell, store.list(), settingsOf(config)));
    const forwarding = new CellForwarding({
      ...{ tunnels, knowledge, enforcer, logger, resumed: report },
      vtep: { ...VTEP, underlayAddress, port: vxlanPort },
      stopped: () => keeper.forget(),
    });
    const control: LeaseControl = new LeaseControl(uplink, {
      cell,
      incarnation,
      underlayAddress,
      singleAddress: config.singleAddress,
    });
    const holder: LeaseHolder = new LeaseHolder({
      ...{ cell, incarnation, control, forwarding, alarms, logger },
      documents: () => knowledge.leases.values(),
      offlineAfterMs: config.offlineStartAfterSeconds * 1000,
      confirmed: () => contact.regained(),
    });
    const alarmsNow = (): { code: string; message: string }[] =>
      alarms.list().map(({ code, message }) => ({ code, message }));
    const beat = (): Beat => ({ cell, enforcedUpTo: enforcer.enforcedUpTo, atMs: nowMs(), alarms: alarmsNow() });
    // A cell that is refused a lease says so, too.
    const beating = uplink.beat(beat, background.signal);
    opened.add(async () => {
      background.abort();
      await beating;
    });
    await holder.begin(kept?.grant, ending);
    const holding = holder.keep(background.signal);
    opened.add(async () => {
      background.abort();
      await holding;
    });

    const overlay = (): Tunnels['overlay'] => tunnels.overlay;
    const links = kernelLinks(tracked);
    const parts = {
      store,
      knowledge,
      watch: uplink,
      enforcer,
      logger,
      overlay,
      links,
      given: givenLinks,
      changed: report,
    };
    const containers = new Containers(parts);
    await containers.recover();
    if (kept && holder.isStale) contact.lost(kept.inTouchAtMs);
    else await uplink.ready;
    await enforcer.begin();
    report();

    const drifted = (drift: Drift): void => {
      metrics.drifted();
      uplink.drifted({ cell, foundAtMs: nowMs(), ...drift });
    };
    const every = (seconds: number, jitter = 0) => ({ everyMs: seconds * 1000, jitter, signal: background.signal });
    const working = Promise.all([
      mendDrift({ firewall, enforcer, logger, found: drifted }, background.signal),
      atIntervals(every(config.leaseRenewIntervalSeconds), () => control.renew(holder.grant)),
      atIntervals(every(config.overlayCheckIntervalSeconds, 1), async () => {
        await inspect(tunnels, enforcer, alarms);
        await containers.sweep();
      }),
      atIntervals(every(KEEP_AT_LEAST_EVERY_SECONDS), () => keeper.changed()),
    ]);
    opened.add(async () => {
      background.abort();
      await working;
    });

    const status = (): object => ({
      ...{ cell, incarnation, lease: holder.grant?.lease ?? null, isStale: holder.isStale, alarms: alarms.list() },
      ...{ enforcedUpTo: enforcer.enforcedUpTo, backend: firewall.backend },
    });
    const cni = new CniCommands({
      containers,
      firewall,
      logger,
      outside: config,
      hasLease: () => tunnels.overlay !== null,
    });
    const asked = new StopRequest();
    const server = await serveSocket(config.agentSocket, {
      ...{ containers, cni, status, logger, metrics: () => metrics.text() },
      check: () => selfCheck.check(),
      stop: () => asked.make(),
    });
    opened.add(() => closeServer(server));
    if (config.silkDaemonPort !== undefined) {
      const silk = await serveSilkApi(config.silkDaemonPort, () => tunnels.overlay);
      opened.add(() => closeServer(silk));
    }
    if (config.forcePollPort !== undefined) {
      const forced = await serveForcePollApi(config.forcePollPort, async () => {
        await uplink.readAgain();
        await enforcer.enforce();
      });
      opened.add(() => closeServer(forced));
    }
    logger.info({ lease: holder.grant?.lease, backend: firewall.backend, containers: store.list().length }, 'ready');
    return { stopRequested: asked.made, close: () => opened.close() };
  });
}

/** Mends what others have changed: the VTEP at once, routes, neighbours and forwarding entries by the next converge. */
async function inspect(tunnels: Tunnels, enforcer: Enforcer, alarms: Alarms): Promise<void> {
  try {
    await tunnels.inspect();
    enforcer.knowledgeChanged();
    alarms.clear('overlay-broken');
  } catch (error) {
    alarms.raise('overlay-broken', `the overlay could not be compared with the kernel: ${messageOf(error)}`);
  }
}

/** Without the setting, what was let in goes on until it ends by itself. */
function connectionsOf({ cutLive }: ConfigurationOf<'cell-agent'>, tracked: TrackedConnections): Connections {
  return {
    forget: (address) => tracked.forget(address),
    cut: cutLive ? (withdrawn) => tracked.cut(withdrawn) : () => Promise.resolve(0),
  };
}

function closeServer(server: Server): void {
  server.close();
  server.closeAllConnections();
}
