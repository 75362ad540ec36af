import type { KeyRing, PublicKeys } from '@heddle/platform';
import { z } from 'zod';
import { canonicalJson } from '../canonical-json';
import type { ChainState } from './chain';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const head = z.strictObject({ seq: z.int().min(1), hash });

/** A checkpoint as it is written. */
export const checkpointShape = z.strictObject({
  version: z.literal(1),
  seq: z.int().min(0),
  digest: hash,
  heads: z.strictObject({
    policy: head.optional(),
    lease: head.optional(),
    group: head.optional(),
    route: head.optional(),
    audit: head.optional(),
  }),
  /** When it was signed, by the clock of the one who signed. */
  time: z.iso.datetime({ offset: true }),
  keyId: z.string().regex(/^[0-9a-f]{16}$/),
  signature: z.string().regex(/^[0-9a-f]{128}$/),
});

/** What the log was, in the word of a control plane that had read all of it. */
export type Checkpoint = z.infer<typeof checkpointShape>;

/** A signature is good for a checkpoint alone: nothing else that is signed begins like this. */
const PURPOSE = 'heddle checkpoint\n';

/** Signs what the log is. @param time ISO 8601 */
export function signCheckpoint({ seq, digest, heads }: ChainState, time: string, ring: KeyRing): Checkpoint {
  const said = { version: 1, seq, digest, heads, time, keyId: ring.id } as const;
  return { ...said, signature: ring.sign(PURPOSE + canonicalJson(said)) };
}

/** Whether one of the keys signed it. */
export function isSigned({ signature, ...said }: Checkpoint, keys: PublicKeys): boolean {
  return keys.isSignedBy(said.keyId, PURPOSE + canonicalJson(said), signature);
}
