import type { Request } from 'express';

/** A signal that the client is gone, and nobody reads the answer any more. */
export function whenGone(request: Request): AbortSignal {
  const gone = new AbortController();
  request.on('close', () => gone.abort());
  return gone.signal;
}
