import { z } from 'zod';

/* What the control plane answers about the log itself: see schemas.ts. */

const time = z.iso.datetime({ offset: true });
const checkpoint = z.object({ seq: z.int(), digest: z.string(), time, keyId: z.string() });
const logBreak = z.object({ kind: z.string(), seq: z.int(), contradicts: z.string() });
export type LogBreak = z.infer<typeof logBreak>;

/** Answer of `GET /api/v1/audit`. */
export const auditStatusSchema = z.object({
  state: z.enum(['whole', 'broken']),
  position: z.int(),
  digest: z.string(),
  breaks: z.array(logBreak),
  breaksInAll: z.int(),
  checkpoint: checkpoint.nullable(),
});
export type AuditStatus = z.infer<typeof auditStatusSchema>;

/** Answer of `GET /api/v1/audit/keys`; the first one signs. */
export const keyListSchema = z.object({ keys: z.array(z.object({ id: z.string(), pem: z.string() })) });
export type KeyList = z.infer<typeof keyListSchema>;

/** Answer of `POST /api/v1/audit/checkpoints`. */
export const signedSchema = z.object({ checkpoint });
export type Signed = z.infer<typeof signedSchema>;

/** Answer of `POST /api/v1/audit/acknowledge`. */
export const acknowledgedSchema = z.object({ acknowledged: z.array(logBreak), change: z.int() });
export type Acknowledged = z.infer<typeof acknowledgedSchema>;

const rows = z.object({ count: z.int(), keys: z.array(z.string()) });
const comparison = z.object({
  position: z.int(),
  isEqual: z.boolean(),
  tables: z.array(z.object({ table: z.string(), missing: rows, extra: rows, different: rows })),
});
export type Comparison = z.infer<typeof comparison>;

/** A line of the answers of `POST /api/v1/audit/compare` and `…/rebuild`: how far it has come, what it came to, or what went wrong. */
export const rebuildStepSchema = z.union([
  z.object({ position: z.int(), end: z.int() }),
  z.object({ comparison }),
  z.object({ code: z.string(), detail: z.string() }),
]);
export type RebuildStep = z.infer<typeof rebuildStepSchema>;
