import type { Policy } from '@heddle/domain';
import { z } from 'zod';

// Without this, zod tries whether it may compile code from strings, which the page's content security policy reports.
z.config({ jitless: true });

const time = z.iso.datetime({ offset: true });
const sequence = z.int().min(0);

const policy: z.ZodType<Policy> = z.object({
  source: z.string(),
  destination: z.string(),
  protocol: z.enum(['tcp', 'udp']),
  start: z.int(),
  end: z.int(),
});

const tagOfApp = z.object({ app: z.string(), tag: z.int() });

const lease = z.object({
  cell: z.string(),
  underlayAddress: z.string(),
  overlaySubnet: z.string(),
  overlayHardwareAddress: z.string(),
});

/** What a command named that was so already: how much, and which where it was not much. */
const beside = z.object({ policies: z.int(), unchanged: z.array(policy).optional() });
const policiesConfirmed = beside.extend({ command: z.enum(['add-policies', 'remove-policies']) });
const tagReserved = z.object({ app: z.string(), tag: z.int(), type: z.string().default('app') });
const group = z.object({ guid: z.string(), name: z.string() });
const groupsChanged = z.object({ added: z.array(group), changed: z.array(group), removed: z.array(z.string()) });

const policiesChanged = z.object({
  added: z.array(policy),
  removed: z.array(policy),
  tagsAllocated: z.array(tagOfApp),
  tagsReleased: z.array(tagOfApp),
  asked: beside.optional(),
  /** Until when policies stand that were added, or whose end was moved; epoch milliseconds, `null` for no end. */
  terms: z.array(z.object({ policy, expiresAtMs: z.number().nullable() })).optional(),
  /** Which changes it goes back to, where nobody asked for just this: `expired`, `reverted`. */
  cause: z.object({ what: z.string(), changes: z.array(sequence) }).optional(),
});

/** What a change did, as the page tells it; `other` is a kind that this version of the page does not know. */
export type What =
  | ({ kind: 'policies' } & z.infer<typeof policiesChanged>)
  | ({ kind: 'confirmed' } & z.infer<typeof policiesConfirmed>)
  | ({ kind: 'tag' } & z.infer<typeof tagReserved>)
  | ({ kind: 'groups' } & z.infer<typeof groupsChanged>)
  | { kind: 'lease'; verb: 'acquired' | 'released' | 'expired' | 'fenced'; lease: z.infer<typeof lease> }
  | { kind: 'guardrail'; isSet: boolean; name: string; mode: 'refuse' | 'warn' }
  | { kind: 'other'; type: string };

const guardrail = z.object({ name: z.string(), mode: z.enum(['refuse', 'warn']) });

const leaseVerbs = {
  'lease-acquired.v1': 'acquired',
  'lease-released.v1': 'released',
  'lease-expired.v1': 'expired',
  'lease-fenced.v1': 'fenced',
} as const;
const leaseTypes = Object.keys(leaseVerbs) as (keyof typeof leaseVerbs)[];

const knownTypes: readonly string[] = [
  ...['policies-changed.v1', 'policies-confirmed.v1', 'tag-reserved.v1', 'groups-changed.v1'],
  ...['guardrail-set.v1', 'guardrail-removed.v1'],
  ...leaseTypes,
];

const what = z.union([
  z
    .object({ type: z.literal('policies-changed.v1'), data: policiesChanged })
    .transform(({ data }): What => ({ kind: 'policies', ...data })),
  z
    .object({ type: z.literal('policies-confirmed.v1'), data: policiesConfirmed })
    .transform(({ data }): What => ({ kind: 'confirmed', ...data })),
  z
    .object({ type: z.literal('tag-reserved.v1'), data: z.object({ reserved: tagReserved }) })
    .transform(({ data }): What => ({ kind: 'tag', ...data.reserved })),
  z
    .object({ type: z.literal('groups-changed.v1'), data: groupsChanged })
    .transform(({ data }): What => ({ kind: 'groups', ...data })),
  z
    .object({ type: z.enum(['guardrail-set.v1', 'guardrail-removed.v1']), data: z.object({ guardrail }) })
    .transform(({ type, data }): What => {
      return { kind: 'guardrail', isSet: type === 'guardrail-set.v1', ...data.guardrail };
    }),
  z
    .object({ type: z.enum(leaseTypes), data: z.object({ lease }) })
    .transform(({ type, data }): What => ({ kind: 'lease', verb: leaseVerbs[type], lease: data.lease })),
  z
    .object({ type: z.string().refine((type) => !knownTypes.includes(type)) })
    .transform(({ type }): What => ({ kind: 'other', type })),
]);

/** A change as the API and the stream send it. */
export const changeSchema = z.intersection(
  z.object({
    seq: sequence,
    id: z.string(),
    time,
    actor: z.object({ name: z.string(), userId: z.string().optional(), clientId: z.string().optional() }),
    reason: z.string().optional(),
    address: z.string().optional(),
    correlationId: z.string(),
    previousHash: z.string(),
    hash: z.string(),
  }),
  what.transform((what) => ({ what })),
);
/** One committed command. */
export type Change = z.infer<typeof changeSchema>;

const enforcementSchema = z.object({
  state: z.enum(['in-force', 'pending']),
  cellsConcerned: z.int(),
  cellsEnforcing: z.int(),
  slowestMs: z.number().nullable(),
  cells: z.array(
    z.object({
      cell: z.string(),
      state: z.enum(['enforced', 'waiting', 'unknown']),
      enforcedAt: time.nullable(),
      latencyMs: z.number().nullable(),
    }),
  ),
});

/** On which of the cells concerned a change is in force, and how many milliseconds after its commit. */
export type Enforcement = z.infer<typeof enforcementSchema>;
/** What one cell said about one change. */
export type CellReceipt = Enforcement['cells'][number];

/** Answer of `GET /api/v1/changes/<seq>`, of which the page needs only what the list does not say. */
export const changeReadSchema = z.object({ enforcement: enforcementSchema });

/** Answer of `GET /api/v1/changes`: newest first; `next` is the `before` of the page that follows, null at the end. */
export const changePageSchema = z.object({ changes: z.array(changeSchema), next: sequence.nullable() });
export type ChangePage = z.infer<typeof changePageSchema>;

const container = z.object({
  handle: z.string(),
  app: z.string(),
  index: z.int(),
  address: z.string(),
  space: z.string().nullable(),
  org: z.string().nullable(),
});
/** One instance of an app on a cell. */
export type Container = z.infer<typeof container>;

const cellSchema = z.object({
  cell: z.string(),
  state: z.enum(['live', 'silent']),
  lastSeenAt: time.nullable(),
  enforcedUpTo: sequence,
  waitingFor: z.array(sequence),
  lagMs: z.number().nullable(),
  lease: lease.omit({ cell: true }).nullable(),
  containers: z.array(container),
});
/** A host that runs containers, as the control plane last heard of it; or, looking back, as it had told of itself. */
export type Cell = Omit<z.infer<typeof cellSchema>, 'state'> & { readonly state: 'live' | 'silent' | 'past' };

/** Answer of `GET /api/v1/cells`. */
export const cellsSchema = z.object({ cells: z.array(cellSchema) });

/** Answer of `GET /networking/v1/external/policies`, in the format of Cloud Foundry. */
export const policiesSchema = z
  .object({
    policies: z.array(
      z.object({
        source: z.object({ id: z.string() }),
        destination: z.object({
          id: z.string(),
          protocol: z.enum(['tcp', 'udp']),
          ports: z.object({ start: z.int(), end: z.int() }),
        }),
      }),
    ),
  })
  .transform(({ policies }): Policy[] =>
    policies.map(({ source, destination: { id, protocol, ports } }) => ({
      source: source.id,
      destination: id,
      protocol,
      ...ports,
    })),
  );

/** Stream event `receipt`: the cell enforces everything that concerns it up to a change; `changes` are the new ones. */
export const receiptSchema = z.object({
  cell: z.string(),
  enforcedUpTo: sequence,
  changes: z.array(sequence),
  enforcedAt: time,
});
export type Receipt = z.infer<typeof receiptSchema>;

/** Stream event `placement`: all containers of one cell. */
export const placementSchema = z.object({ cell: z.string(), containers: z.array(container) });
export type Placement = z.infer<typeof placementSchema>;

const pastPage = { next: z.string().nullable() };

/** One page of `GET /api/v1/policies?at=`. */
export const pastPoliciesSchema = z.object({ ...pastPage, policies: z.array(policy) });
/** One page of `GET /api/v1/leases?at=`. */
export const pastLeasesSchema = z.object({ ...pastPage, leases: z.array(lease) });
/** One page of `GET /api/v1/placements?at=`. A container of no app is none that a policy is about. */
export const placementsSchema = z.object({
  ...pastPage,
  placements: z.array(container.extend({ cell: z.string(), app: z.string().nullable(), index: z.int().nullable() })),
});

/** What went wrong, in the two shapes the API tells it: problem details (RFC 9457) and Cloud Foundry's `{"error"}`. */
export const problemSchema = z
  .object({ detail: z.string().optional(), title: z.string().optional(), error: z.string().optional() })
  .transform(({ detail, title, error }) => detail ?? title ?? error);
