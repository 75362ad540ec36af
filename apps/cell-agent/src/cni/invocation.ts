import { z } from 'zod';

const bits = z.int().min(0).default(0);
/** Bits a second, and bits at once; 0 for no limit. As the plugin `bandwidth` names them. */
const rates = { ingressRate: bits, ingressBurst: bits, egressRate: bits, egressBurst: bits };

const text = z.string().min(1);
const named = z
  .object({ app: text, index: z.coerce.number().int().min(0), space: text, org: text, workload: text })
  .partial();

/** What Cloud Foundry says of a container: the properties that its runtime was given. */
const metadata = z.looseObject({
  policy_group_id: z.string().optional(),
  app_id: z.string().optional(),
  space_id: z.string().optional(),
  org_id: z.string().optional(),
  ports: z.string().optional(),
  container_workload: z.string().optional(),
  log_config: z.string().optional(),
});

const port = z.int().min(1).max(65_535);

/** A port of the cell that is to lead to the container, in the words of the capability, or in those of Cloud Foundry. */
const portMapping = z.union([
  z.object({
    hostPort: port,
    containerPort: port,
    protocol: z
      .string()
      .toLowerCase()
      .pipe(z.enum(['tcp', 'udp']))
      .default('tcp'),
    hostIP: z.ipv4().optional(),
  }),
  z.object({ host_port: port, container_port: port }).transform(({ host_port, container_port }) => ({
    ...{ hostPort: host_port, containerPort: container_port },
    ...{ protocol: 'tcp' as const, hostIP: undefined },
  })),
]);

/** What a container may reach outside, in the words of Garden: 0 for every protocol, then TCP, UDP and ICMP. */
const netOutRule = z.object({
  protocol: z.int().min(0).max(3).default(0),
  networks: z.array(z.object({ start: z.string().optional(), end: z.string().optional() })).nullish(),
  ports: z.array(z.object({ start: z.int(), end: z.int().optional() })).nullish(),
  icmps: z.object({ type: z.int(), code: z.int().nullish() }).nullish(),
  log: z.boolean().default(false),
});

export type NetOutRule = z.output<typeof netOutRule>;
export type PortMapping = z.output<typeof portMapping>;

/** Every network has these, whatever is asked of it. */
const network = z.looseObject({
  cniVersion: z.enum(['0.3.1', '0.4.0', '1.0.0', '1.1.0']),
  name: text,
  type: text,
});

/** The configuration of a network, as a container is put on it. */
const networkToJoin = network.extend({
  /** Bytes; 0 for what fits through the tunnels. */
  mtu: z.int().min(0).max(65_535).default(0),
  dns: z.looseObject({}).default({}),
  metadata: metadata.optional(),
  args: z
    .looseObject({ cni: z.looseObject({ labels: z.array(z.object({ key: text, value: z.string() })).default([]) }) })
    .optional(),
  ...rates,
  runtimeConfig: z
    .looseObject({
      bandwidth: z.object(rates).optional(),
      heddle: named.optional(),
      portMappings: z.array(portMapping).nullish(),
      netOutRules: z.array(netOutRule).nullish(),
      'io.kubernetes.cri.pod-annotations': z.record(z.string(), z.string()).optional(),
    })
    .default({}),
});

/** What the plugins before have made of a container; it is passed on with all that it says. */
const previousResult = z.looseObject({
  interfaces: z.array(z.looseObject({ name: text, sandbox: z.string().optional() })),
  ips: z.array(z.looseObject({ address: text, interface: z.int().min(0).optional() })),
});

/** The type of a plugin that comes after another one, and looks after what passes over its link. */
const POLICY_TYPE = 'heddle-policy';

const attachments = z.array(z.object({ containerID: text, ifname: text }));
/** What names a container; the rest of it is looked at when it becomes a request for a container. */
const attachment = { containerId: text, ifname: text };

/** What a container runtime asks for: its environment, and the configuration it gives on standard input. */
export const invocation = z.discriminatedUnion('command', [
  z.object({
    command: z.literal('ADD'),
    ...attachment,
    netns: text,
    args: z.string().default(''),
    config: networkToJoin
      .extend({ prevResult: previousResult.optional() })
      .superRefine(({ type, prevResult }, context) => {
        const refuse = (message: string): void => context.addIssue({ code: 'custom', path: ['prevResult'], message });
        if (type === POLICY_TYPE && !prevResult) refuse('heddle-policy comes after a plugin that makes the interface');
        if (type !== POLICY_TYPE && prevResult)
          refuse('heddle-cni makes the interface itself and comes after no other plugin: that is heddle-policy');
      }),
  }),
  z.object({ command: z.literal('DEL'), ...attachment, config: network }),
  z.object({ command: z.literal('CHECK'), ...attachment, config: network }),
  z.object({ command: z.literal('GC'), config: network.extend({ 'cni.dev/valid-attachments': attachments }) }),
  z.object({ command: z.literal('STATUS'), config: network }),
]);

export type Invocation = z.output<typeof invocation>;
export type PreviousResult = z.output<typeof previousResult>;
export type AddInvocation = Extract<Invocation, { command: 'ADD' }>;
