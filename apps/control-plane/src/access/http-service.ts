import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { errorCodeOf, FatalError, messageOf } from '@heddle/platform';

/** Where a service is, and how it is asked. */
export interface HttpServiceOptions {
  /** What it is called in messages: `UAA`. */
  readonly name: string;
  readonly url: string;
  /** A file with the certificates it is trusted by, in PEM; without it those of Node. */
  readonly caFile?: string;
  /** How long an answer may take, waiting for a free connection included. */
  readonly timeoutMs?: number;
}

/** One request. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  /** With its query, from `/`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/** What came back, whatever the status. */
export interface ServiceAnswer {
  readonly status: number;
  readonly body: string;
}

/** A service did not answer, or not with what it should have. */
export class ServiceFailed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServiceFailed';
  }
}

const TIMEOUT_MS = 5_000;
/** So many requests are on their way at once; others wait for a connection. */
const CONNECTIONS = 16;
/** So many requests may wait or be on their way; more are refused at once instead of being remembered. */
const MOST_OPEN = 512;
/** An answer of 5000 roles has about 4 MiB. */
const LONGEST_ANSWER = 16 * 1024 * 1024;
/** Shorter than the idle time-out of any server in front of UAA or the Cloud Controller that is known to us. */
const IDLE_MS = 10_000;

/** An HTTP server that is asked often: its connections are kept, and every wait on it has a bound. */
export class HttpService {
  private readonly agent: HttpAgent;
  private readonly base: URL;
  private readonly closing = new AbortController();
  private open = 0;

  /** @throws {FatalError} when the file with its certificates cannot be read. */
  constructor(private readonly options: HttpServiceOptions) {
    this.base = new URL(options.url);
    const kept = { keepAlive: true, maxSockets: CONNECTIONS, timeout: IDLE_MS } as const;
    this.agent =
      this.base.protocol === 'https:'
        ? new HttpsAgent({ ...kept, ca: options.caFile && certificatesIn(options.caFile) })
        : new HttpAgent(kept);
  }

  /** What it is called in messages. */
  get name(): string {
    return this.options.name;
  }

  /**
   * Asks. Everything asked here may be asked twice, so when a kept connection turns out to have been closed it is.
   * @throws {ServiceFailed} when no answer comes in time; the reason of the signal when that was aborted.
   */
  async ask(request: ServiceRequest): Promise<ServiceAnswer> {
    if (this.open >= MOST_OPEN) throw new ServiceFailed(`${this.open} requests wait for ${this.name}: try again`);
    this.open++;
    const timeoutMs = this.options.timeoutMs ?? TIMEOUT_MS;
    const ends = [AbortSignal.timeout(timeoutMs), this.closing.signal, request.signal];
    const signal = AbortSignal.any(ends.filter((end) => end !== undefined));
    try {
      return await this.exchange(request, signal).catch((error: unknown) => {
        if (error instanceof ConnectionWasClosed) return this.exchange(request, signal);
        throw error;
      });
    } catch (cause) {
      request.signal?.throwIfAborted();
      const why = signal.aborted ? `gave no answer within ${timeoutMs} ms` : (errorCodeOf(cause) ?? messageOf(cause));
      throw new ServiceFailed(`${this.name} at ${this.base.origin}: ${why}`, { cause });
    } finally {
      this.open--;
    }
  }

  /** Ends every request and connection. */
  close(): void {
    this.closing.abort();
    this.agent.destroy();
  }

  private async exchange({ method, path, headers, body }: ServiceRequest, signal: AbortSignal): Promise<ServiceAnswer> {
    const send = this.base.protocol === 'https:' ? httpsRequest : httpRequest;
    const url = new URL(this.base.pathname.replace(/\/$/, '') + path, this.base);
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const options = {
        method,
        agent: this.agent,
        headers: { accept: 'application/json', ...headers, ...length },
        signal,
      };
      const request: ClientRequest = send(url, options, (response) => {
        textOf(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), reject);
      });
      request.on('error', (error) =>
        reject(request.reusedSocket && errorCodeOf(error) === 'ECONNRESET' ? new ConnectionWasClosed() : error),
      );
      request.end(body);
    });
  }
}

/** The server closed a kept connection at the moment it was used again. */
class ConnectionWasClosed extends Error {}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_ANSWER) throw new ServiceFailed(`its answer is longer than ${LONGEST_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function certificatesIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FatalError(`${path} cannot be read (${messageOf(cause)}): it should hold certificates in PEM`, { cause });
  }
}
