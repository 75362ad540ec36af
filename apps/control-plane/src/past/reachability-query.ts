import { z } from 'zod';
import { BadRequest } from '../http/problem';
import { moment } from './past-query';

const app = z.string().min(1, 'must be the GUID of an app');
const port = z.coerce.number<string>('must be a port from 1 to 65535').int().min(1).max(65_535);
const limit = z.coerce.number<string>().int().min(1).max(5_000).default(500);
/** 43 characters of base64url: what a page names as the next one. */
const after = z
  .string()
  .regex(/^[\w-]{43}$/, 'must be the `next` of the page before')
  .optional();

export const verdictQuery = z.strictObject({
  from: app,
  to: app,
  protocol: z.enum(['tcp', 'udp']).optional(),
  port: port.optional(),
  at: moment.optional(),
});
export const pairsQuery = z.strictObject({ at: moment.optional(), after, limit });
export const differenceQuery = z.strictObject({ since: moment, until: moment.optional(), after, limit });
export const hopsQuery = z.strictObject({
  from: app,
  hops: z.coerce.number<string>().int().min(1).max(64).default(16),
  limit: z.coerce.number<string>().int().min(1).max(10_000).default(1_000),
  at: moment.optional(),
});

/** @throws {BadRequest} when a window ends before it begins. */
export function requireOrder(since: number, until: number): void {
  if (since > until)
    throw new BadRequest('inverted-window', `since: change ${since} comes behind change ${until}: exchange them`);
}
