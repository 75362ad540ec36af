import { z } from 'zod';
import { violationsOfChange } from './effect';
import { ports } from './reach-schemas';

/** Answer of `POST /api/v1/changes`. */
export const changedSchema = z.object({
  change: z.int().min(1).nullable(),
  data: z.object({ violations: violationsOfChange.optional() }).nullable(),
});
export type Changed = z.infer<typeof changedSchema>;

const app = z.string();
/** What is opened and closed between pairs of apps. */
export const reachDeltaSchema = z.array(
  z.object({ source: app, destination: app, before: ports, after: ports, opens: ports, closes: ports }),
);
export type ReachDelta = z.infer<typeof reachDeltaSchema>;

/** Answer of `POST /api/v1/changes?dryRun=true`. */
export const plannedSchema = z.object({
  ...{ dryRun: z.literal(true), data: z.unknown(), reach: reachDeltaSchema },
  violations: violationsOfChange.optional(),
});
export type Planned = z.infer<typeof plannedSchema>;

/** `false`: not there; `true`: without an end; else when it closes by itself. */
const standing = z.union([z.boolean(), z.iso.datetime({ offset: true })]);

/** Answers of the routes that undo changes. */
export const revertedSchema = z.object({
  ...{ dryRun: z.boolean(), change: z.int().min(1).nullable(), undone: z.array(z.int().min(1)) },
  reach: reachDeltaSchema,
  violations: violationsOfChange.optional(),
  policies: z.array(
    z.object({
      ...{ source: app, destination: app, protocol: z.string(), start: z.int(), end: z.int() },
      ...{ outcome: z.enum(['undo', 'as-it-was', 'over', 'conflict']), was: standing, is: standing },
      later: z.array(z.int().min(1)),
    }),
  ),
});
export type Reverted = z.infer<typeof revertedSchema>;
