import { randomUUID } from 'node:crypto';
import type { CommandContext } from '@heddle/event-log';
import type { Identity } from '@heddle/platform';
import type { Request } from 'express';
import { clientAddress } from './client-address';

/** A reason is kept for ever, so it has to stay a sentence. */
const LONGEST_REASON = 500;
/** An id of a router has 36 characters; some put several together. */
const LONGEST_ID = 200;

/** Who asks, from where, why (`X-Heddle-Reason`) and under which id (`X-Vcap-Request-Id` of a router in front, else a new one). */
export function commandContext(request: Request, { name, userId, clientId }: Identity): CommandContext {
  const { headers } = request;
  const address = clientAddress(request);
  const reason = headers['x-heddle-reason'];
  const requestId = headers['x-vcap-request-id'];
  return {
    actor: { name, ...(userId !== undefined && { userId }), ...(clientId !== undefined && { clientId }) },
    ...(typeof reason === 'string' && reason !== '' && { reason: decoded(reason).slice(0, LONGEST_REASON) }),
    ...(address !== undefined && { address }),
    correlationId: typeof requestId === 'string' && requestId !== '' ? requestId.slice(0, LONGEST_ID) : randomUUID(),
  };
}

/** Node reads header bytes as Latin-1; people write UTF-8. */
function decoded(header: string): string {
  return Buffer.from(header, 'latin1').toString('utf8');
}
