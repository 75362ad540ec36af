import { z } from 'zod';

/** Answer of `POST /api/v1/changes`. */
export const changedSchema = z.object({ change: z.int().min(1).nullable(), data: z.unknown() });
export type Changed = z.infer<typeof changedSchema>;
