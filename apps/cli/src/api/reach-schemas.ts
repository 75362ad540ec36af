import { z } from 'zod';
import { asOf } from './past-schemas';

const protocol = z.enum(['tcp', 'udp']);
const sequence = z.int().min(1);
export const ports = z.array(z.object({ protocol, start: z.int(), end: z.int() }));
const pair = { source: z.string(), destination: z.string() };
const author = z.object({
  seq: sequence,
  time: z.iso.datetime({ offset: true }),
  actor: z.string(),
  reason: z.string().optional(),
});
const traced = z.object({
  ...{ ...pair, protocol, start: z.int(), end: z.int() },
  ...{ added: author, removed: author.nullable() },
});
/** Ports that are allowed. */
export type Ports = z.infer<typeof ports>;
/** Who made a change, when and why. */
export type Author = z.infer<typeof author>;

/** Answer of `GET /api/v1/reachability`. */
export const verdictSchema = z.object({
  ...{ asOf, ...pair, protocol: protocol.optional(), port: z.int().optional() },
  ...{ allowed: z.boolean(), reason: z.string(), policies: z.array(traced), last: traced.nullable() },
});
export type Verdict = z.infer<typeof verdictSchema>;

/** Answer of `GET /api/v1/reachability/pairs`. */
export const pairsSchema = z.object({
  asOf,
  edges: z.array(z.object({ ...pair, ports })),
  next: z.string().nullable(),
});
export type Pairs = z.infer<typeof pairsSchema>;

/** Answer of `GET /api/v1/reachability/diff`. */
export const differenceSchema = z.object({
  ...{ since: asOf, until: asOf },
  edges: z.array(
    z.object({
      ...{ ...pair, what: z.enum(['added', 'removed', 'changed']), before: ports, after: ports },
      changes: z.array(sequence),
    }),
  ),
  next: z.string().nullable(),
});
export type Difference = z.infer<typeof differenceSchema>;

/** Answer of `GET /api/v1/reachability/hops`. */
export const hopsSchema = z.object({
  ...{ asOf, from: z.string(), complete: z.boolean() },
  hops: z.array(z.array(z.object({ app: z.string(), via: z.string(), ports }))),
});
export type Hops = z.infer<typeof hopsSchema>;

const time = z.iso.datetime({ offset: true });

/** Answer of `GET /api/v1/policies/enforcement`: policies as they were declared, and as they were enforced. */
export const policyStatusSchema = z.object({
  ...{ asOf, at: time, ...pair, placementsKnown: z.boolean() },
  policies: z.array(
    traced.extend({
      ...{ declared: z.boolean(), enforced: z.boolean() },
      window: z.object({ from: time, until: time.nullable(), ms: z.number().nullable() }),
      cells: z.array(
        z.object({
          ...{ cell: z.string(), said: z.enum(['enforced', 'later', 'unsaid']), by: z.enum(['change', 'start']) },
          ...{ at: time.nullable(), state: z.enum(['enforced', 'waiting', 'unknown']) },
        }),
      ),
    }),
  ),
});
export type PolicyStatus = z.infer<typeof policyStatusSchema>;
