import { LeaseClient, ReportSender, StateWatch } from '@heddle/cell-protocol';
import { enableForwarding, ensureVtep, NftFirewall, openNftRunner, PeerTable } from '@heddle/dataplane';
import { connectNats, ensureDataDirectory, nowMs, type ConfigurationOf, type Logger } from '@heddle/platform';
import { ContainerStore } from './container-store';
import { Containers } from './containers';
import { Enforcer } from './enforcer';
import { Knowledge } from './knowledge';
import { acquireLease, keepLease } from './lease-holder';
import { serveSocket } from './socket-server';

/** An agent at work. */
export interface Agent {
  /** Stops the agent; the kernel keeps its rules, so traffic goes on as it was. */
  close(): Promise<void>;
}

const VTEP = { name: 'silk-vtep', vni: 1 };
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
  await ensureDataDirectory(config.stateDir);
  const store = await ContainerStore.open(config.stateDir);
  const runner = await openNftRunner();
  const connection = await connectNats({
    servers: config.natsUrl,
    user: config.natsUser,
    pass: config.natsPassword,
    name: `heddle-agent-${cell}`,
    inboxPrefix: INBOX,
    withinMs: Infinity,
    signal,
  });

  const leaseClient = new LeaseClient(connection);
  const { lease, overlayNetwork } = await acquireLease(leaseClient, { cell, underlayAddress }, logger, signal);
  const { overlaySubnet, overlayHardwareAddress } = lease;
  enableForwarding();
  const vtep = await ensureVtep({
    ...VTEP,
    port: vxlanPort,
    underlayAddress,
    overlayNetwork,
    overlaySubnet,
    overlayHardwareAddress,
  });
  const firewall = await NftFirewall.open(runner, { vxlanPort });
  const peers = await PeerTable.open({ vtep: vtep.name, overlayNetwork, overlaySubnet });

  const sender = new ReportSender(connection, cell);
  const knowledge = new Knowledge(cell);
  const enforcer = new Enforcer({
    knowledge,
    firewall,
    peers,
    logger,
    receipts: (receipt) => sender.enforced(receipt),
  });
  const watch = new StateWatch(connection, {
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
  });
  const report = (): void => sender.holds({ cell, containers: store.list() });
  const containers = new Containers({
    subnet: overlaySubnet,
    mtu: vtep.mtu,
    store,
    knowledge,
    watch,
    enforcer,
    logger,
    changed: report,
  });

  await containers.recover();
  await watch.watchLeases();
  knowledge.leasesSettled();
  await enforcer.begin();
  report();

  const stopping = new AbortController();
  const status = (): object => ({
    cell,
    lease,
    enforcedUpTo: enforcer.enforcedUpTo,
    connected: !connection.isClosed(),
    backend: runner.kind,
  });
  const server = await serveSocket(config.agentSocket, { containers, status, logger });
  const background = Promise.all([
    keepLease(leaseClient, lease, config.leaseRenewIntervalSeconds * 1000, logger, stopping.signal),
    sender.beat(() => ({ cell, enforcedUpTo: enforcer.enforcedUpTo, atMs: nowMs() })),
  ]);
  logger.info({ lease, backend: runner.kind, mtu: vtep.mtu, containers: store.list().length }, 'ready');

  return {
    async close() {
      stopping.abort();
      server.close();
      server.closeAllConnections();
      await watch.close();
      await enforcer.close();
      await sender.close();
      await background;
      await connection.drain();
      await runner.close();
    },
  };
}
