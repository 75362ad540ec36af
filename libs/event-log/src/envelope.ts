import { z } from 'zod';

/** What the type of every event of ours begins with on the wire. */
export const TYPE_PREFIX = 'heddle.';

const HASH = /^[0-9a-f]{64}$/;

/**
 * The envelope on the wire: CloudEvents 1.0, structured JSON mode. Extension attributes are lower-case letters and
 * digits of at most 20 characters, as its §"Attribute naming convention" asks.
 */
export const envelope = z.object({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.literal('heddle'),
  type: z.string().startsWith(TYPE_PREFIX),
  subject: z.enum(['policy', 'lease', 'group', 'route', 'audit']),
  time: z.string().min(1),
  datacontenttype: z.literal('application/json'),
  data: z.unknown(),
  actor: z.string(),
  actoruserid: z.string().optional(),
  actorclientid: z.string().optional(),
  reason: z.string().optional(),
  clientaddress: z.string().optional(),
  correlationid: z.string(),
  previoushash: z.string().regex(HASH),
});

export type Envelope = z.infer<typeof envelope>;

/**
 * The envelope that a value is, asked for member by member: half the time that {@link envelope} takes, which each start needs for every
 * event there is. What is none it leaves to that, which can say why.
 * @throws {z.ZodError} when it is none
 */
export function envelopeIn(value: unknown): Envelope {
  return isEnvelope(value) ? value : envelope.parse(value);
}

/** Whether {@link envelope} has nothing against a value. */
export function isEnvelope(value: unknown): value is Envelope {
  if (typeof value !== 'object' || value === null) return false;
  const said = value as Record<string, unknown>;
  return (
    said.specversion === '1.0' &&
    said.source === 'heddle' &&
    said.datacontenttype === 'application/json' &&
    'data' in said &&
    isTopic(said.subject) &&
    isFilled(said.id) &&
    isFilled(said.time) &&
    isText(said.type) &&
    said.type.startsWith(TYPE_PREFIX) &&
    isText(said.actor) &&
    isTextIfThere(said.actoruserid) &&
    isTextIfThere(said.actorclientid) &&
    isTextIfThere(said.reason) &&
    isTextIfThere(said.clientaddress) &&
    isText(said.correlationid) &&
    isText(said.previoushash) &&
    HASH.test(said.previoushash)
  );
}

function isTopic(value: unknown): value is Envelope['subject'] {
  return value === 'policy' || value === 'lease' || value === 'group' || value === 'route' || value === 'audit';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFilled(value: unknown): boolean {
  return isText(value) && value !== '';
}

function isTextIfThere(value: unknown): boolean {
  return value === undefined || isText(value);
}
