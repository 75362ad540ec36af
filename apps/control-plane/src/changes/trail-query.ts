import { z } from 'zod';
import { BadRequest } from '../http/problem';
import { changeFilter, pageQuery, requireWindow } from '../http/page-query';
import type { TrailFilter } from './trail';

/** The query of the audit trail. */
export const trailQuery = pageQuery.extend({
  ...changeFilter,
  format: z.enum(['jsonl', 'csv']).default('jsonl'),
  refused: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  limit: z.coerce.number<string>().int().min(1).optional(),
});

/** @throws {BadRequest} when a window of time is turned round, or when refused attempts of a type are wanted. */
export function trailFilter(query: z.output<typeof trailQuery>): TrailFilter {
  requireWindow(query);
  const { app, actor, type, reason, since, until, before, refused } = query;
  if (refused && type !== undefined)
    throw new BadRequest('refused-have-no-type', 'type: refused attempts have none, so ask for one or the other');
  return { app, actor, type, reason, sinceMs: since, untilMs: until, beforeSeq: before };
}
