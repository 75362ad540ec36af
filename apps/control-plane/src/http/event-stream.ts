import type { Request, Response } from 'express';
import { whenGone } from './when-gone';

/** Begins an answer of server-sent events, which nobody on the way may keep. @returns a signal that the client is gone. */
export function beginEventStream(request: Request, response: Response): AbortSignal {
  const gone = whenGone(request);
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  });
  return gone;
}
