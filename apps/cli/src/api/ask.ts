import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { errorCodeOf, FatalError, UserError } from '@heddle/platform/errors';
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

/** What came back, before anybody has read it. */
export interface Response {
  readonly status: number;
  /** One header, by its name in lower case. */
  header(name: string): string | undefined;
  /** In portions as they come. Fails where the connection does. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body, instead. */
  text(): Promise<string>;
}

/** Codes that say less than words. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  EPROTO: 'it does not speak TLS: EPROTO',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: ERR_SSL_WRONG_VERSION_NUMBER',
  ...Object.fromEntries(
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'].map((code) => [
      code,
      `its certificate is not trusted: ${code}; NODE_EXTRA_CA_CERTS can name a file with its authority`,
    ]),
  ),
};

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

/**
 * Sends a request; rejects with whatever Node says of the connection. It goes by `node:http`, since to load `fetch` and use it once
 * takes more than everything else that a short command does. Redirects are not followed: the API has none, and whatever answers with
 * one must not be given the token.
 */
export async function send({ url, token }: ControlPlane, question: Question, signal: AbortSignal): Promise<Response> {
  const { path, headers, body, method = body === undefined ? 'GET' : 'POST' } = question;
  const { request } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = {
      ...{ method, signal },
      headers: {
        authorization: `Bearer ${token.text}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
    };
    request(url + path, options, resolve)
      .on('error', reject)
      // As bytes: behind a text Node would send the headers in UTF-8 too, and they are bytes already.
      .end(body === undefined ? undefined : Buffer.from(JSON.stringify(body)));
  });
  return {
    status: response.statusCode ?? 0,
    header: (name) => [response.headers[name] ?? []].flat()[0],
    body: response,
    text: () => text(response),
  };
}

/** The guardrails that the routes of Cloud Foundry say a request is against. */
function guardrailsIn(response: Pick<Response, 'header'>): string[] {
  return response.header('x-heddle-guardrails')?.split(', ') ?? [];
}

/** The sentence for a control plane that does not answer in time. */
export function tooLate({ url }: ControlPlane, timeoutMs: number, cause?: unknown): FatalError {
  return new FatalError(
    `the control plane at ${url} does not answer within ${timeoutMs / 1000} s: see its log, or set HEDDLE_URL`,
    { cause },
  );
}

/** The sentence for a failure of the network; any other error is given back as it is. */
export function unreachable({ url }: ControlPlane, error: unknown): unknown {
  const code = errorCodeOf(error);
  // Refusals have codes as well, and so has what Node says of bugs in those who call it.
  if (code === undefined || error instanceof UserError || (error as Error).name === 'TypeError') return error;
  const why = WORDS[code] ?? code;
  return new FatalError(`no control plane answers at ${url} (${why}): start it with npm start, or set HEDDLE_URL`, {
    cause: error,
  });
}
