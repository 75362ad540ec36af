import { z } from 'zod';
import { namedEnd } from '../time-boxes/end-of-box';

/** So many policies are changed by one request; larger batches go by the routes of Cloud Foundry. */
const MOST_POLICIES = 1_000;

const app = z.string().min(1, 'must be the GUID of an app').max(1_000);
const port = z.int('must be a port from 1 to 65535').min(1).max(65_535);
const policy = z
  .strictObject({ source: app, destination: app, protocol: z.enum(['tcp', 'udp']), start: port, end: port })
  .refine(({ start, end }) => start <= end, { path: ['end'], error: 'must not be lower than start' });
const policies = z.array(policy).min(1).max(MOST_POLICIES);

/** A change of policies as somebody asks for it: what to do, with which, and until when. */
export const changeBody = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('add-policies'), policies, expires: namedEnd.optional() }),
  z.strictObject({ type: z.literal('remove-policies'), policies }),
  z.strictObject({ type: z.literal('limit-policies'), policies, expires: namedEnd }),
]);
/** Whether a request is only to be told what it would do. */
export const dryRunFlag = z
  .enum(['true', 'false'], "must be 'true' or 'false'")
  .default('false')
  .transform((text) => text === 'true');

export type ChangeBody = z.output<typeof changeBody>;
