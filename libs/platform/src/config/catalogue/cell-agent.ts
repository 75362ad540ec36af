import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { filePath, oneOf, onOrOff, type Setting, socketPath, wholeNumber } from '../setting';

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
} as const satisfies Record<string, Setting<unknown>>;
