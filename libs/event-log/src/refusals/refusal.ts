import type { Policy } from '@heddle/domain';
import { z } from 'zod';

const policy: z.ZodType<Policy> = z.object({
  source: z.string(),
  destination: z.string(),
  protocol: z.enum(['tcp', 'udp']),
  start: z.int(),
  end: z.int(),
});

/** How a refused attempt stands in its stream: JSON. */
const refusalShape = z.object({
  /** When it was refused, ISO 8601 with zone. */
  time: z.string(),
  actor: z.object({ name: z.string(), userId: z.string().optional(), clientId: z.string().optional() }),
  /** Why it was wanted, in the words of the one who asked. */
  reason: z.string().optional(),
  /** From where; absent when the connection was gone. */
  address: z.string().optional(),
  correlationId: z.string(),
  asked: z.object({
    method: z.string(),
    /** With its query. */
    path: z.string(),
    /** Known where the request was read before it was refused. */
    command: z.enum(['add-policies', 'remove-policies', 'limit-policies', 'restore-policies']).optional(),
    /** How many policies it named. */
    policies: z.int().optional(),
    /** All of them, where they are few and short. */
    named: z.array(policy).optional(),
  }),
  /** The status it was answered with. */
  status: z.int(),
  code: z.string(),
  message: z.string(),
});

/** Something that was asked and not done, because the one who asked may not. */
export type Refusal = z.infer<typeof refusalShape>;

/** A refusal in its stream. */
export type KeptRefusal = Refusal & { readonly seq: number };

/** In UTF-16 code units: names and ids of people and routers are much shorter, and what is longer is cut. */
const LONGEST = { name: 200, text: 500 };
const MOST_NAMED = 20;
/** The list of policies as JSON; app ids may have any length. */
const LONGEST_LIST = 4_096;
/** More than the longest refusal takes, each character at its longest in JSON and UTF-8. */
export const LARGEST_REFUSAL_BYTES = 48 * 1024;

/** The bytes of a refusal, not more than {@link LARGEST_REFUSAL_BYTES} whatever a client sent. */
export function encodeRefusal({ actor, asked, ...refusal }: Refusal): Uint8Array {
  const name = (text: string | undefined) => text?.slice(0, LONGEST.name);
  const text = (text: string | undefined) => text?.slice(0, LONGEST.text);
  const { named = [] } = asked;
  const isListed = named.length > 0 && named.length <= MOST_NAMED && JSON.stringify(named).length <= LONGEST_LIST;
  const bounded = {
    ...refusal,
    actor: { name: name(actor.name), userId: name(actor.userId), clientId: name(actor.clientId) },
    reason: text(refusal.reason),
    correlationId: name(refusal.correlationId),
    asked: { ...asked, path: text(asked.path), named: isListed ? named : undefined },
    message: text(refusal.message),
  };
  return new TextEncoder().encode(JSON.stringify(bounded));
}

/** The refusal that these bytes hold, `undefined` when they are none of ours. */
export function decodeRefusal(bytes: Uint8Array): Refusal | undefined {
  try {
    return refusalShape.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}
