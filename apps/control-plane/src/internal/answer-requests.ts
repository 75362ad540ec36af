import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { errorBody as policyServerErrorBody, WireError } from '@heddle/wire-cf';
import type { Logger } from '@heddle/platform';
import { clientAddress } from '../http/client-address';
import { readBody } from '../http/request-body';
import { subjectCheck, subjectOf } from './allowed-subjects';
import type { RefusedAttempts } from '../refused/refused-attempts';
import { sendPortions } from '../http/send-portions';
import type { Answer, Route } from './routes';

const TEXT = 'text/plain; charset=utf-8';
/** A year, as the original has it. */
const STRICT_TRANSPORT = 'max-age=31536000';
const LARGEST_BODY = 64 * 1024;

interface Parts {
  readonly routes: readonly Route[];
  readonly allowedSubjects: readonly string[] | undefined;
  readonly logger: Logger;
  /** Notes who was turned away. */
  readonly refused: Pick<RefusedAttempts, 'note'>;
  /** The body of an error; without it as the policy server writes it. */
  readonly errorBody?: (message: string) => string;
  /** Begins to measure a request; what it returns ends it. */
  readonly measure: (route: string) => (status: number) => void;
}

/**
 * Answers the requests of cells. Plain Node and a table, without the frame of the other API: a thousand cells ask every five
 * seconds, and what is answered here must be that of Cloud Foundry's server to the letter.
 */
export function answerRequests({
  routes,
  allowedSubjects,
  logger,
  refused,
  measure,
  errorBody = policyServerErrorBody,
}: Parts): RequestListener {
  const isAllowed = subjectCheck(allowedSubjects);

  return (request, response) => {
    const { pathname, search } = splitUrl(request.url ?? '/');
    const atPath = routes.filter(({ path }) => path.test(pathname));
    const route = atPath.find(({ method }) => method === request.method);
    if (!route) return void answerUnrouted(response, atPath);
    const stop = measure(route.name);
    response.once('close', () => stop(response.statusCode));
    void answer(route, search, request, response);
  };

  async function answer(
    route: Route,
    search: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const socket = request.socket as TLSSocket;
    const id = requestId(request);
    response.setHeader('Strict-Transport-Security', STRICT_TRANSPORT);
    response.setHeader('X-Vcap-Request-Id', id);
    try {
      const subject = () => subjectOf(socket);
      if (!isAllowed(socket)) throw turnedAway(request, subject(), id);
      const body = () => bodyOf(request);
      await send(response, 200, await route.answer({ search, body, subject, address: clientAddress(request), id }));
    } catch (error) {
      const { status, message } = error instanceof WireError ? error : UNFORESEEN;
      if (status >= 500) logger.error({ err: error, route: route.name, request: id }, message);
      if (!request.complete) response.setHeader('Connection', 'close');
      await send(response, status, errorBody(message));
    }
  }

  function turnedAway(request: IncomingMessage, subject: string, id: string): WireError {
    const { method = '', url = '' } = request;
    const error = new WireError(403, `the certificate of '${subject}' is not allowed here`);
    refused.note(
      { actor: { name: subject }, address: clientAddress(request), correlationId: id, asked: { method, path: url } },
      { status: 403, code: 'certificate-not-allowed', message: error.message },
    );
    return error;
  }
}

const UNFORESEEN = { status: 500, message: 'an unforeseen error: see the log of the control plane' };

async function send(response: ServerResponse, status: number, body: Answer): Promise<void> {
  response.statusCode = status;
  response.setHeader('Content-Type', TEXT).setHeader('X-Content-Type-Options', 'nosniff');
  if (typeof body === 'string') response.end(body);
  else await sendPortions(response, body);
}

/** Neither counted nor with the headers of the others, as the original has it. */
function answerUnrouted(response: ServerResponse, atPath: readonly Route[]): Promise<void> {
  if (atPath.length === 0) return send(response, 404, '404 page not found\n');
  response.setHeader('Allow', atPath.map(({ method }) => method).join(', '));
  return send(response, 405, 'Method Not Allowed\n');
}

/** `URL` would put the path in order; the original takes it as it is. */
function splitUrl(url: string): { pathname: string; search: string } {
  const at = url.indexOf('?');
  return at < 0 ? { pathname: url, search: '' } : { pathname: url.slice(0, at), search: url.slice(at) };
}

/** The id of a request, behind the one it came with. */
export function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-vcap-request-id'];
  return typeof given === 'string' && given !== '' ? `${given}::${randomUUID()}` : randomUUID();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  try {
    return (await readBody(request, LARGEST_BODY)).toString('utf8');
  } catch (cause) {
    throw new WireError(400, 'failed parsing request body', { cause });
  }
}
