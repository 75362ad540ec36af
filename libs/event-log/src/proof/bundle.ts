import { z } from 'zod';
import { checkpointShape } from './checkpoint';

/*
 * A bundle: a piece of the log that can be checked without Heddle's server. JSON lines, each with its members in order of their names
 * and no white space:
 *
 *   bundle        what was asked for, the keys, and the checkpoint before the first event
 *   event         as it stands in the log, with the hash of its bytes                 ┐ in the order
 *   checkpoint    the log up to the event before it, signed                           │ of the log
 *   enforcement   where a change is in force, by the receipts of the cells            ┘
 *   end           how many lines there were and the hash of their bytes, signed
 */

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const sequence = z.int().min(0);

/** The first line. */
export const bundleHeader = z.strictObject({
  kind: z.literal('bundle'),
  version: z.literal(1),
  /** What was asked for. */
  from: sequence,
  to: sequence,
  madeAt: z.iso.datetime({ offset: true }),
  /** What it begins behind: the events after it are here; `null` when it begins with the log. */
  anchor: checkpointShape.nullable(),
  keys: z.array(z.strictObject({ id: z.string(), pem: z.string() })),
});
export type BundleHeader = z.infer<typeof bundleHeader>;

/** How far a change is enforced: see the read model. Times in ms since 1970. */
export const enforcementLine = z.strictObject({
  kind: z.literal('enforcement'),
  seq: sequence,
  committedAtMs: z.number(),
  inForce: z.boolean(),
  cells: z.record(z.string(), z.number().nullable()),
  flowsCut: z.record(z.string(), z.number().nullable()).optional(),
});
export type EnforcementLine = z.infer<typeof enforcementLine>;

export const checkpointLine = z.strictObject({ kind: z.literal('checkpoint'), checkpoint: checkpointShape });

/** The last line. */
export const bundleEnd = z.strictObject({
  kind: z.literal('end'),
  /** How many lines come before this one. */
  lines: sequence,
  /** SHA-256 of their bytes, line ends included. */
  sha256: hash,
  keyId: z.string(),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

/** What is signed at the end of a bundle. */
export function endText(lines: number, sha256: string, keyId: string): string {
  return `heddle bundle\n${lines} ${sha256} ${keyId}`;
}

/** The line of an event is this around its bytes, so that they can be hashed without being written anew. */
export const EVENT_PREFIX = '{"event":';
export function eventSuffix(hash: string, seq: number): string {
  return `,"hash":"${hash}","kind":"event","seq":${seq}}`;
}
