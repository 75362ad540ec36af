import { z } from 'zod';

const bits = z.int().min(0).default(0);
/** Bits a second, and bits at once; 0 for no limit. As the plugin `bandwidth` names them. */
const rates = { ingressRate: bits, ingressBurst: bits, egressRate: bits, egressBurst: bits };

const text = z.string().min(1);
const named = z.object({ app: text, index: z.coerce.number().int().min(0), space: text, org: text }).partial();

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
export const POLICY_TYPE = 'heddle-policy';

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
