import { isIPv4 } from 'node:net';
import { z } from 'zod';
import { blocksOf, namesOf, oneOf, onOrOff, type Setting, wholeNumber } from '../setting';

const ipv4BlocksOf = {
  expects: 'IPv4 blocks such as 10.0.16.0/24 or addresses, with commas between them',
  schema: blocksOf.schema.pipe(z.array(z.string().refine((block) => !block.includes(':')))),
};

/** `169.254.0.5:9001`. */
const servicesOf = {
  expects: 'IPv4 addresses with a port, such as 169.254.0.5:9001, with commas between them',
  schema: namesOf.schema.transform((services, { addIssue }) =>
    services.map((service) => {
      const [address = '', port = '', ...rest] = service.split(':');
      const isPort = /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535;
      if (rest.length > 0 || !isIPv4(address) || !isPort) addIssue(`${service} is no address with a port`);
      return { address, port: Number(port) };
    }),
  ),
};

/** What containers of a cell may reach outside the overlay, beside what security groups say. */
export const outsideSettings = {
  securityGroups: {
    env: 'HEDDLE_SECURITY_GROUPS',
    description:
      'Where an agent has from what containers may reach outside: `live`, from the security groups of the control plane, as they are at any moment; or `given`, from the rules that a container comes with (`netOutRules`).',
    default: 'live',
    ...oneOf(['live', 'given']),
  },
  dnsServers: {
    env: 'HEDDLE_DNS_SERVERS',
    description:
      'The name servers of containers. Those of 169.254.0.0/16 are on the cell, and containers may reach them; others are for security groups to allow.',
    expects: 'IPv4 addresses with commas between them',
    schema: namesOf.schema.pipe(z.array(z.string().refine(isIPv4))),
  },
  hostTcpServices: {
    env: 'HEDDLE_HOST_TCP_SERVICES',
    description: 'What containers may reach of their own cell by TCP.',
    ...servicesOf,
  },
  hostUdpServices: {
    env: 'HEDDLE_HOST_UDP_SERVICES',
    description: 'What containers may reach of their own cell by UDP.',
    ...servicesOf,
  },
  denyNetworks: {
    env: 'HEDDLE_DENY_NETWORKS',
    description: 'What no container may reach outside, whatever a security group allows.',
    ...ipv4BlocksOf,
  },
  denyNetworksRunning: {
    env: 'HEDDLE_DENY_NETWORKS_RUNNING',
    description: 'The same for containers that run an app or a task.',
    ...ipv4BlocksOf,
  },
  denyNetworksStaging: {
    env: 'HEDDLE_DENY_NETWORKS_STAGING',
    description: 'The same for containers that stage an app.',
    ...ipv4BlocksOf,
  },
  unmaskedNetworks: {
    env: 'HEDDLE_NO_MASQUERADE',
    description:
      'Where outside the overlay containers are seen under their own addresses, and not under that of their cell; whoever is there needs a way back to them.',
    ...ipv4BlocksOf,
  },
  logOutside: {
    env: 'HEDDLE_LOG_OUTSIDE',
    description:
      'Whether the kernel log has every connection to the outside that is allowed or refused, and not only those whose security group wants it.',
    default: 'off',
    ...onOrOff,
  },
  refusalsLoggedPerSecond: {
    env: 'HEDDLE_REFUSALS_LOGGED',
    description: 'How many refusals the kernel log has at most, with `HEDDLE_LOG_OUTSIDE` or a limit of connections.',
    unit: 'a second',
    default: '1',
    ...wholeNumber(1, 100_000),
  },
  datagramsLoggedPerSecond: {
    env: 'HEDDLE_DATAGRAMS_LOGGED',
    description: 'How many datagrams that may pass the kernel log has at most; of TCP it has each connection once.',
    unit: 'a second',
    default: '100',
    ...wholeNumber(1, 100_000),
  },
  limitConnections: {
    env: 'HEDDLE_LIMIT_CONNECTIONS',
    description:
      'Whether a container that opens too many TCP connections to one address and port outside is refused more of them; with `dry-run` nothing is refused, and the kernel log and the counters say what would be.',
    default: 'off',
    ...oneOf(['off', 'on', 'dry-run']),
  },
  connectionsPerSecond: {
    env: 'HEDDLE_CONNECTIONS_PER_SECOND',
    description: 'How many connections a container may open to one address and port, on average.',
    unit: 'a second',
    default: '100',
    ...wholeNumber(1, 100_000),
  },
  connectionsAtOnce: {
    env: 'HEDDLE_CONNECTIONS_AT_ONCE',
    description: 'How many of them it may open at once.',
    default: '1000',
    ...wholeNumber(1, 100_000),
  },
} as const satisfies Record<string, Setting<unknown>>;
