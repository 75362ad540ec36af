import type { HeldContainer, Workload } from '@heddle/calc';
import { z } from 'zod';

/** Names of files and of one path segment, so that a handle can stand in a URL and in a log as it is. */
const handle = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'must be letters, digits, ".", "_" or "-"');

const limit = z.object({
  /** Bits a second. */
  rate: z.int().min(1),
  /** Bits that may come at once. */
  burst: z.int().min(1),
});

/** Names of interfaces; the kernel takes 15 characters. */
const interfaceName = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,14}$/, 'must be up to 15 letters, digits, ".", "_" or "-"');

const port = z.int().min(1).max(65_535);

const publishedPort = z.object({
  protocol: z.enum(['tcp', 'udp']),
  /** Address of the cell that it is open on. */
  hostAddress: z.ipv4(),
  hostPort: port,
  containerPort: port,
});

/** Loose in its texts: a rule that cannot be understood is left out alone, and that is no reason not to start a container. */
const groupRule = z.object({
  protocol: z.enum(['tcp', 'udp', 'icmp', 'icmpv6', 'all']),
  destination: z.string(),
  ports: z.string(),
  type: z.int(),
  code: z.int(),
  log: z.boolean(),
});

/** What a container runtime says of a container it wants on the overlay. */
export const containerRequest = z.strictObject({
  handle,
  /** GUID of the app it is an instance of; a container without one is reachable by nobody. */
  app: z.string().min(1).max(255).nullable(),
  /** Which instance, from 0. */
  index: z.int().min(0).default(0),
  space: z.string().min(1).nullable().default(null),
  org: z.string().min(1).nullable().default(null),
  /** Path of its network namespace. */
  netns: z.string().regex(/^(\/[\w.-]+)+$/, 'must be an absolute path of letters, digits, ".", "_" or "-"'),
  /** Name of its end of the link. */
  containerInterface: interfaceName.default('eth0'),
  /** The address and the link that another plugin has given it, and interfaces on the host of which one is the other end. */
  given: z
    .strictObject({ address: z.ipv4(), hostInterfaces: z.array(interfaceName) })
    .nullable()
    .default(null),
  /** The CNI network it was put on, if it was by CNI. */
  network: z.string().min(1).nullable().default(null),
  /** Bytes; `null` for what fits through the tunnels. 68 is the least that IPv4 works with. */
  mtu: z.int().min(68).max(65_535).nullable().default(null),
  /** How much may go over its link. */
  bandwidth: z.object({ ingress: limit.nullable(), egress: limit.nullable() }).default({ ingress: null, egress: null }),
  /** On which ports the app listens, as its platform says. */
  ports: z.array(port).default([]),
  /** Which ports of the cell lead to it. */
  published: z.array(publishedPort).default([]),
  /** What it may reach outside, where that comes with containers; `null` for what the security groups of its space say. */
  netOut: z.array(groupRule).nullable().default(null),
  /** What runs in it, as its platform says: `app`, `task` or `staging`. */
  workload: z.string().min(1).nullable().default(null),
  /** How what it logs is to be named, in the platform's own JSON. */
  logConfig: z.string().min(1).nullable().default(null),
});

/** A container on the overlay. */
export const container = containerRequest.extend({ address: z.ipv4(), hostInterface: z.string().min(1) });

export type ContainerRequest = z.output<typeof containerRequest>;
export type Container = z.output<typeof container>;

const WORKLOADS: Readonly<Record<string, Workload>> = { app: 'running', task: 'running', staging: 'staging' };

/** The container as far as the kernel state follows from it. */
export function localContainer({ handle, app, address, hostInterface, ...held }: Container): HeldContainer {
  const { workload, space, netOut, published, given } = held;
  const kind = Object.hasOwn(WORKLOADS, workload ?? '') ? (WORKLOADS[workload ?? ''] as Workload) : null;
  const outside = { workload: kind, space, published, ...(netOut && { netOut }) };
  return { handle, app, address, hostInterface, isGiven: given !== null, outside };
}
