import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';
import { BadRequest } from './problem';

/** A place in a list. */
export const sequence = z.coerce
  .number<string>('must be a sequence: a whole number from 1')
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER);

/** A moment, as ms since 1970. */
export const moment = z.iso
  .datetime({ offset: true, error: 'must be a time like 2026-11-22T09:00:00Z' })
  .transform(Date.parse);

/** The query of a list that goes from the newest to the oldest, page by page. */
export const pageQuery = z.strictObject({
  app: z.string().min(1).optional(),
  since: moment.optional(),
  until: moment.optional(),
  before: sequence.optional(),
  limit: z.coerce.number<string>().int().min(1).max(500).default(50),
});

/** Describes the window and the page of such a query. @param what the list is of */
export const ApiPage = (what: string) => {
  const query = (name: string, description: string) => ApiQuery({ name, required: false, description });
  return applyDecorators(
    query('since', `Only ${what} at this time or later (ISO 8601 with zone)`),
    query('until', `Only ${what} before this time (ISO 8601 with zone)`),
    query('before', `Only ${what} with a lower sequence: the \`next\` of the page before`),
    query('limit', 'At most so many, 1–500 (50)'),
  );
};

const text = z.string().min(1).optional();

/** What else a list of changes can be narrowed to. */
export const changeFilter = {
  actor: text,
  type: z
    .string()
    .regex(/^[a-z-]+(\.v\d+)?$/, 'must be the type of a change, such as policies-changed')
    .optional(),
  reason: text,
};

/** @throws {BadRequest} when a window of time ends before it begins. */
export function requireWindow({ since, until }: Pick<z.output<typeof pageQuery>, 'since' | 'until'>): void {
  if (since !== undefined && until !== undefined && since > until) {
    throw new BadRequest('inverted-window', 'since: must not be later than until');
  }
}
