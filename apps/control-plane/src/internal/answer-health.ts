import type { RequestListener, ServerResponse } from 'node:http';
import type { Logger } from '@heddle/platform';
import { errorBody } from '@heddle/wire-cf';
import { uptimeLine } from '../cloud-foundry/uptime';
import { requestId } from './answer-requests';

const TEXT = 'text/plain; charset=utf-8';

/**
 * Answers whoever watches over the internal API on its machine: how long it has been up, and whether it can do its work. Of the
 * headers of the other APIs there is the id of the request alone.
 * @param probe rejects when log or database do not answer.
 */
export function answerHealth(probe: () => Promise<void>, logger: Logger): RequestListener {
  const startedAtNs = process.hrtime.bigint();
  return (request, response) => {
    const path = request.url?.replace(/\?.*$/s, '');
    if (path !== '/' && path !== '/health') return send(response, 404, '404 page not found\n');
    if (request.method !== 'GET') {
      response.setHeader('Allow', 'GET');
      return send(response, 405, 'Method Not Allowed\n');
    }
    response.setHeader('X-Vcap-Request-Id', requestId(request));
    if (path === '/') return send(response, 200, uptimeLine(startedAtNs));
    probe().then(
      () => response.writeHead(200).end(),
      (error: unknown) => {
        logger.error({ err: error }, 'the internal API is not healthy');
        send(response, 500, errorBody('check database failed'));
      },
    );
  };
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'Content-Type': TEXT }).end(body);
}
