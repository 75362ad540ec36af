import { z } from 'zod';

/*
 * What the control plane answers, as far as the command line needs it. Answers are checked against these and then passed
 * on as they came, with members that a newer control plane may have added.
 */

const time = z.iso.datetime({ offset: true });
const sequence = z.int().min(0);

const lease = z.object({
  underlayAddress: z.string(),
  overlaySubnet: z.string(),
  overlayHardwareAddress: z.string(),
});

/** Answer of the policy routes that change something. */
export const acceptedSchema = z.record(z.string(), z.unknown());
export type Accepted = z.infer<typeof acceptedSchema>;

/** Answer of `GET /networking/v1/external/policies`. */
export const policyListSchema = z.object({
  total_policies: z.int(),
  policies: z.array(
    z.object({
      source: z.object({ id: z.string() }),
      destination: z.object({
        id: z.string(),
        protocol: z.string(),
        ports: z.object({ start: z.int(), end: z.int() }),
      }),
    }),
  ),
});
export type PolicyList = z.infer<typeof policyListSchema>;

/** One committed command. What `data` holds follows from `type`: see {@link effectOf}. */
export const changeSchema = z.object({
  seq: sequence,
  id: z.string(),
  topic: z.string(),
  type: z.string(),
  /** A time, unless somebody altered the event: then any text, and nothing follows from it. */
  time: z.string(),
  actor: z.object({ name: z.string(), userId: z.string().optional(), clientId: z.string().optional() }),
  reason: z.string().optional(),
  address: z.string().optional(),
  correlationId: z.string(),
  data: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
});
export type Change = z.infer<typeof changeSchema>;

/** Answer of `GET /api/v1/changes`: newest first; `next` is the `before` of the page behind, null at the end. */
export const changePageSchema = z.object({ changes: z.array(changeSchema), next: sequence.nullable() });
export type ChangePage = z.infer<typeof changePageSchema>;

/** Something that was asked and refused. */
export const refusedAttempt = z.object({
  seq: sequence,
  time,
  actor: z.object({ name: z.string(), userId: z.string().optional(), clientId: z.string().optional() }),
  reason: z.string().optional(),
  address: z.string().optional(),
  correlationId: z.string(),
  asked: z.object({
    method: z.string(),
    path: z.string(),
    command: z.string().optional(),
    policies: z.int().optional(),
    named: z
      .array(
        z.object({
          source: z.string(),
          destination: z.string(),
          protocol: z.string(),
          start: z.int(),
          end: z.int(),
        }),
      )
      .optional(),
  }),
  status: z.int(),
  code: z.string(),
  message: z.string(),
});
export type RefusedAttempt = z.infer<typeof refusedAttempt>;

/** Answer of `GET /api/v1/refused`: newest first; `next` is the `before` of the page behind, null at the end. */
export const refusedPageSchema = z.object({ refused: z.array(refusedAttempt), next: sequence.nullable() });
export type RefusedPage = z.infer<typeof refusedPageSchema>;

/** One cell's part in the enforcement of a change; `unknown` when the cell is not heard from. */
const receiptOfCell = z.object({
  cell: z.string(),
  state: z.enum(['enforced', 'waiting', 'unknown']),
  enforcedAt: time.nullable(),
  latencyMs: z.number().nullable(),
  flowsCut: z.int().nullable().default(0),
});

/** Where a change is in force. */
export const enforcementSchema = z.object({
  state: z.enum(['in-force', 'pending']),
  cellsConcerned: z.int(),
  cellsEnforcing: z.int(),
  slowestMs: z.number().nullable(),
  flowsCut: z.int().default(0),
  cells: z.array(receiptOfCell),
});

/** Answer of `GET /api/v1/changes/<seq>`: the change, and where it is in force. */
export const changeWithEnforcementSchema = changeSchema.extend({ enforcement: enforcementSchema });
export type ChangeWithEnforcement = z.infer<typeof changeWithEnforcementSchema>;
export type Enforcement = ChangeWithEnforcement['enforcement'];

/** What a change says of a lease, too. */
export const heldLease = lease.extend({
  cell: z.string(),
  /** Those of silk daemons have none. */
  incarnationNumber: z.int().optional(),
});
/** A lease of a cell, standing or lost. */
export type HeldLease = z.infer<typeof heldLease>;

const listedLease = heldLease.extend({
  state: z.enum(['live', 'silent', 'quarantined']),
  silentForMs: z.number().nullable(),
  ended: z.object({ how: z.enum(['expired', 'fenced']), at: time }).optional(),
});
export type ListedLease = z.infer<typeof listedLease>;

/** Answer of `GET /api/v1/leases`. */
export const leaseListSchema = z.object({ leases: z.array(listedLease) });
export type LeaseList = z.infer<typeof leaseListSchema>;

/** Answers of `POST /api/v1/leases/release` and `…/fence`. */
export const releasedSchema = z.object({ released: heldLease });
export const fencedSchema = z.object({ fenced: heldLease });

/** A container where its cell says it is. */
export const containerSchema = z.object({
  handle: z.string(),
  app: z.string(),
  index: z.int(),
  address: z.string(),
  space: z.string().nullable(),
  org: z.string().nullable(),
});

/** Answer of `GET /api/v1/cells`. */
export const cellListSchema = z.object({
  cells: z.array(
    z.object({
      cell: z.string(),
      state: z.enum(['live', 'silent']),
      lastSeenAt: time.nullable(),
      enforcedUpTo: sequence,
      waitingFor: z.array(sequence),
      lagMs: z.number().nullable(),
      alarms: z.array(z.object({ code: z.string(), message: z.string() })),
      lease: lease.nullable(),
      containers: z.array(containerSchema),
    }),
  ),
});
export type CellList = z.infer<typeof cellListSchema>;
export type Cell = CellList['cells'][number];

/** Answer of `GET /api/v1/drift`: newest first. */
export const driftListSchema = z.object({
  drift: z.array(
    z.object({
      cell: z.string(),
      foundAt: time,
      elementsMissing: z.int(),
      elementsForeign: z.int(),
      rulesChanged: z.boolean(),
    }),
  ),
});
export type DriftList = z.infer<typeof driftListSchema>;
export type Drift = DriftList['drift'][number];
