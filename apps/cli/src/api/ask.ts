import { isNativeError } from 'node:util/types';
import { errorCodeOf, FatalError } from '@heddle/platform';
import type { BearerToken } from '../session/bearer-token';

/** Who is asked, as whom, and until when. */
export interface ControlPlane {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: BearerToken;
  /** Ends every request that is under way. */
  readonly signal: AbortSignal;
}

/** One request. */
export interface Question {
  /** Below the URL, with its query; begins with a slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; without it the request has none. */
  readonly body?: unknown;
  /** Without it, POST for a request with a body, else GET. */
  readonly method?: 'PUT' | 'DELETE';
  /** How long the answer's first byte, and for {@link ask} its last one, may take; whole milliseconds. */
  readonly timeoutMs: number;
}

/** An answer as it came over the wire. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The guardrails that its header names. */
  readonly guardrails?: readonly string[];
}

/**
 * Asks and reads the whole answer, whatever its status.
 * @throws {FatalError} when there is none in time; the reason of the control plane's signal when that was aborted.
 */
export async function ask(to: ControlPlane, question: Question): Promise<Answer> {
  const timeout = AbortSignal.timeout(question.timeoutMs);
  try {
    const response = await send(to, question, AbortSignal.any([to.signal, timeout]));
    return { status: response.status, text: await response.text(), guardrails: guardrailsIn(response) };
  } catch (error) {
    to.signal.throwIfAborted();
    if (timeout.aborted) throw tooLate(to, question.timeoutMs, error);
    throw unreachable(to, error);
  }
}

/** Sends a request; the answer's body is still to be read. Rejects as `fetch` does. */
export async function send({ url, token }: ControlPlane, question: Question, signal: AbortSignal): Promise<Response> {
  const { path, headers, body, method = body === undefined ? 'GET' : 'POST' } = question;
  return fetch(url + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    headers: {
      authorization: `Bearer ${token.text}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    // The API never redirects; whatever does must not be given the token, nor be taken for an answer.
    redirect: 'manual',
    signal,
  });
}

/** The guardrails that the routes of Cloud Foundry say a request is against. */
function guardrailsIn({ headers }: Response): string[] {
  return headers.get('x-heddle-guardrails')?.split(', ') ?? [];
}

/** The sentence for a control plane that does not answer in time. */
export function tooLate({ url }: ControlPlane, timeoutMs: number, cause?: unknown): FatalError {
  return new FatalError(
    `the control plane at ${url} does not answer within ${timeoutMs / 1000} s: see its log, or set HEDDLE_URL`,
    { cause },
  );
}

/** The sentence for a failure of `fetch` that lies in the network; any other error is given back as it is. */
export function unreachable({ url }: ControlPlane, error: unknown): unknown {
  if (!isNativeError(error) || !isNativeError(error.cause)) return error;
  const code = errorCodeOf(error.cause);
  // The codes of fetch's own library say less than its words (`other side closed`).
  const why = code === undefined || code.startsWith('UND_ERR_') ? error.cause.message : code;
  return new FatalError(`no control plane answers at ${url} (${why}): start it with npm start, or set HEDDLE_URL`, {
    cause: error,
  });
}
