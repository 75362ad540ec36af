import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { filePath, oneOf, onOrOff, type Setting, share, socketPath, wholeNumber } from '../setting';

const SECONDS_PER_YEAR = 31_536_000;
/** What fits into a timer of Node: 24 days. */
const LONGEST_TIMER_SECONDS = 2_147_483;

/** What only the agent of a cell reads, and the VXLAN between the cells. */
export const cellAgentSettings = {
  cell: {
    env: 'HEDDLE_CELL',
    description: 'The id of the cell an agent works for, unique among all cells.',
    expects: 'one to 63 letters, digits, - and _',
    schema: z.string().regex(/^[A-Za-z0-9_-]{1,63}$/),
  },
  underlayAddress: {
    env: 'HEDDLE_UNDERLAY_ADDRESS',
    description: 'The address under which the other cells reach this one.',
    expects: 'an IPv4 address',
    schema: z.string().refine(isIPv4),
  },
  agentSocket: {
    env: 'HEDDLE_AGENT_SOCKET',
    description: 'The unix socket over which containers are added to and removed from a cell.',
    default: '/run/heddle/agent.sock',
    ...socketPath,
  },
  stateDir: {
    env: 'HEDDLE_STATE_DIR',
    description: 'Where an agent keeps what it has to know again after a restart.',
    default: '/var/lib/heddle',
    ...filePath,
  },
  dataplane: {
    env: 'HEDDLE_DATAPLANE',
    description: 'What an agent programs the packet filter of its cell with: `iptables` is for hosts without nftables.',
    default: 'nftables',
    ...oneOf(['nftables', 'iptables']),
  },
  iptables: {
    env: 'HEDDLE_IPTABLES',
    description:
      'Which command of the host `HEDDLE_DATAPLANE=iptables` uses; `iptables` is whichever of its two variants the host has chosen.',
    default: 'iptables',
    ...oneOf(['iptables', 'iptables-nft', 'iptables-legacy']),
  },
  vxlanPort: {
    env: 'HEDDLE_VXLAN_PORT',
    description: 'The UDP port of the VXLAN between the cells.',
    default: '4789',
    ...wholeNumber(1, 65_535),
  },
  cutLive: {
    env: 'HEDDLE_CUT_LIVE',
    description:
      'Whether a removed policy also ends the connections it allowed. With `off` they go on until they end by themselves, as in Cloud Foundry, and so do those of an address that a container has left, on the other cells.',
    default: 'on',
    ...onOrOff,
  },
  partitionToleranceSeconds: {
    env: 'HEDDLE_PARTITION_TOLERANCE',
    description:
      "How long a cell that can ask nobody goes on forwarding. After that its subnet may be another's, so it stops until somebody answers.",
    unit: 'seconds',
    default: '604800',
    ...wholeNumber(1, LONGEST_TIMER_SECONDS),
  },
  offlineStartAfterSeconds: {
    env: 'HEDDLE_OFFLINE_START_AFTER',
    description:
      'How long an agent that starts waits for its lease before it works with what it kept on disk, if it kept anything.',
    unit: 'seconds',
    default: '5',
    ...wholeNumber(0, SECONDS_PER_YEAR),
  },
  mostPeersMissing: {
    env: 'HEDDLE_MOST_PEERS_MISSING',
    description:
      'Which share of the other cells may be missing, without a word that their leases have ended, from what an agent reads at its start; when it is more, everything held stays.',
    default: '0.5',
    ...share,
  },
  singleAddress: {
    env: 'HEDDLE_SINGLE_ADDRESS',
    description: 'Whether the cell takes one overlay address, for itself alone, instead of a block for containers.',
    default: 'off',
    ...onOrOff,
  },
  overlayCheckIntervalSeconds: {
    env: 'HEDDLE_OVERLAY_CHECK_INTERVAL',
    description:
      'How often an agent compares the VTEP and the entries of its peers with the kernel and mends them, on average: half to one and a half of it pass in between.',
    unit: 'seconds',
    default: '60',
    ...wholeNumber(1, SECONDS_PER_YEAR),
  },
  selfTest: {
    env: 'HEDDLE_SELF_TEST',
    description:
      'Whether an agent sends a few packets to one of the changed peers after leases have changed, and raises an alarm when they do not arrive.',
    default: 'off',
    ...onOrOff,
  },
  silkDaemonPort: {
    env: 'HEDDLE_SILK_DAEMON_PORT',
    description:
      'The TCP port on 127.0.0.1 where the agent answers as silk-daemon does, for an unmodified silk-cni; 23954 in Cloud Foundry. Without it there is no such API.',
    ...wholeNumber(1, 65_535),
  },
  drainTimeoutSeconds: {
    env: 'HEDDLE_DRAIN_TIMEOUT',
    description: 'How long the teardown of a cell waits for its containers to go before it goes on regardless.',
    unit: 'seconds',
    default: '600',
    ...wholeNumber(0, SECONDS_PER_YEAR),
  },
} as const satisfies Record<string, Setting<unknown>>;
