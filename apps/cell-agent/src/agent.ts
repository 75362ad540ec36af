import { LeaseClient, ReportSender, StateWatch, type Receipt, type StateListener } from '@heddle/cell-protocol';
import {
  enableForwarding,
  ensureVtep,
  openFirewall,
  PeerTable,
  TrackedConnections,
  VTEP_NAME,
} from '@heddle/dataplane';
import {
  connectNats,
  ensureDataDirectory,
  nowMs,
  openAll,
  type ConfigurationOf,
  type Logger,
  type NatsConnectionOptions,
} from '@heddle/platform';
import { AgentMetrics } from './agent-metrics';
import { kernelLinks } from './container-links';
import { ContainerStore } from './container-store';
import { Containers } from './containers';
import { Enforcer, type Connections } from './enforcer';
import { Knowledge } from './knowledge';
import { ensureIncarnation } from './incarnation';
import { acquireLease, keepLease, networkOf } from './lease-holder';
import { mendDrift } from './mend-drift';
import { serveSocket } from './socket-server';

/** An agent at work. */
export interface Agent {
  /** Stops the agent; the kernel keeps its rules, so traffic goes on as it was. */
  close(): Promise<void>;
}

const VTEP = { name: VTEP_NAME, vni: 1 };
/** Replies come under this prefix, which is all that the rights of a cell allow it to hear. */
const INBOX = '_INBOX_CELL';

/**
 * Starts the agent of one cell, inside the cell's network namespace.
 *
 * ```
 *  lease ──▶ VTEP                                 unix socket ◀── runtime
 *                                                     │ containers
 *  live documents ──▶ watch ──▶ knowledge ◀───────────┘
 *                                  │ desiredState (pure)
 *                                  ▼
 *                              enforcer ──▶ nftables, routes, neighbours, FDB
 *                                  │
 *                                  └──▶ receipts, containers, beats ──▶ control plane
 * ```
 *
 * What the kernel holds from an earlier run stays until everything needed to replace it has been read.
 */
export async function startAgent(
  config: ConfigurationOf<'cell-agent'>,
  logger: Logger,
  signal: AbortSignal,
): Promise<Agent> {
  const { cell, underlayAddress, vxlanPort } = config;
  return openAll(async (opened) => {
    await ensureDataDirectory(config.stateDir);
    const store = await ContainerStore.open(config.stateDir);
    const firewall = await openFirewall(config);
    opened.add(() => firewall.close());
    const tracked = await TrackedConnections.open();
    opened.add(() => tracked.close());
    const connection = await connectNats({ ...connectionOf(config), withinMs: Infinity, signal });
    opened.add(() => connection.drain());

    const leaseClient = new LeaseClient(connection);
    const incarnation = await ensureIncarnation(config.stateDir);
    const grant = await acquireLease(leaseClient, { cell, incarnation, underlayAddress }, logger, signal);
    const { lease } = grant;
    const { overlaySubnet, overlayHardwareAddress } = lease;
    const overlayNetwork = networkOf(grant);
    enableForwarding();
    const addresses = { underlayAddress, overlayNetwork, overlaySubnet, overlayHardwareAddress };
    const vtep = await ensureVtep({ ...VTEP, ...addresses, port: vxlanPort });
    const peers = await PeerTable.open({ vtep: vtep.name, overlayNetwork, overlaySubnet });

    const sender = new ReportSender(connection, cell);
    opened.add(() => sender.close());
    const knowledge = new Knowledge(cell);
    const metrics = new AgentMetrics({
      enforcedUpTo: () => enforcer.enforcedUpTo,
      appsWatched: () => new Set(store.list().map(({ app }) => app)).size,
    });
    opened.add(async () => metrics.close());
    const receipts = (receipt: Receipt): void => sender.enforced(receipt);
    const enforcer: Enforcer = new Enforcer({
      ...{ knowledge, firewall, peers, logger, receipts, figures: metrics },
      connections: connectionsOf(config, tracked),
    });
    opened.add(() => enforcer.close());
    const watch = new StateWatch(connection, listenerFor(knowledge, enforcer, metrics, logger));
    opened.add(() => watch.close());
    const report = (): void => sender.holds({ cell, containers: store.list() });
    const overlay = { subnet: overlaySubnet, mtu: vtep.mtu, links: kernelLinks(tracked) };
    const containers = new Containers({ ...overlay, store, knowledge, watch, enforcer, logger, changed: report });

    await containers.recover();
    await watch.watchLeases();
    knowledge.leasesSettled();
    await enforcer.begin();
    report();

    const status = (): object => ({ cell, lease, enforcedUpTo: enforcer.enforcedUpTo, backend: firewall.backend });
    const server = await serveSocket(config.agentSocket, { containers, status, metrics: () => metrics.text(), logger });
    const background = new AbortController();
    const renewMs = config.leaseRenewIntervalSeconds * 1000;
    const kept = keepLease(leaseClient, lease, renewMs, logger, background.signal);
    const beating = sender.beat(
      () => ({ cell, enforcedUpTo: enforcer.enforcedUpTo, atMs: nowMs() }),
      background.signal,
    );
    const mending = mendDrift({ firewall: metrics.counting(firewall), enforcer, logger }, background.signal);
    opened.add(async () => {
      background.abort();
      server.close();
      server.closeAllConnections();
      await Promise.all([kept, beating, mending]);
    });
    logger.info({ lease, backend: firewall.backend, mtu: vtep.mtu, containers: store.list().length }, 'ready');
    return { close: () => opened.close() };
  });
}

function connectionOf({ natsUrl, natsUser, natsPassword, cell }: ConfigurationOf<'cell-agent'>): NatsConnectionOptions {
  return { servers: natsUrl, user: natsUser, pass: natsPassword, name: `heddle-agent-${cell}`, inboxPrefix: INBOX };
}

/** Without the setting, what was let in goes on until it ends by itself. */
function connectionsOf({ cutLive }: ConfigurationOf<'cell-agent'>, tracked: TrackedConnections): Connections {
  return {
    forget: (address) => tracked.forget(address),
    cut: cutLive ? (withdrawn) => tracked.cut(withdrawn) : () => Promise.resolve(0),
  };
}

function listenerFor(knowledge: Knowledge, enforcer: Enforcer, metrics: AgentMetrics, logger: Logger): StateListener {
  return {
    appChanged: (document) => {
      knowledge.appChanged(document);
      enforcer.knowledgeChanged();
    },
    leaseChanged: (document) => {
      knowledge.leaseChanged(document);
      enforcer.knowledgeChanged();
    },
    malformed: (subject, error) =>
      logger.error({ subject, error: error.message }, 'a document cannot be read; the one held stays'),
    cutOff: () => logger.warn('cut off from the server: the rules stay as they are'),
    caughtUp: () => {
      metrics.caughtUp();
      logger.warn('back, and up to date');
    },
  };
}
