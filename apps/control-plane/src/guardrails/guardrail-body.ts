import { z } from 'zod';

const MOST_NAMED = 100;
const guid = z.string().min(1, 'must be a GUID').max(1_000);
/** In an order of their own, so that the same apps are the same guardrail. */
const guids = z
  .array(guid)
  .max(MOST_NAMED)
  .default([])
  .transform((named) => [...new Set(named)].sort());
const selector = z
  .strictObject({ is: z.enum(['one-of', 'none-of']), apps: guids, spaces: guids })
  .refine(({ is, apps, spaces }) => is === 'none-of' || apps.length + spaces.length > 0, {
    error: 'names no app and no space: name some, or all with {"is":"none-of"}',
  });
const port = z.int('must be a port from 1 to 65535').min(1).max(65_535);

/** What shall never be. */
export const statementBody = z.strictObject({
  from: selector,
  to: selector,
  protocol: z.enum(['tcp', 'udp']).optional(),
  ports: z
    .strictObject({ start: port, end: port })
    .refine(({ start, end }) => start <= end, { path: ['end'], error: 'must not be lower than start' })
    .optional(),
});

/** The same, and what becomes of a change against it. */
export const guardrailBody = statementBody.extend({ mode: z.enum(['refuse', 'warn']) });

/** What a guardrail goes by; it stands in paths and headers. */
export const guardrailName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'the name of a guardrail has small letters, digits and hyphens, at most 63, such as only-router',
  );
