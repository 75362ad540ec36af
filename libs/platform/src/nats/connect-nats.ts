import { connect, ErrorCode, NatsError, type NatsConnection } from 'nats';
import { errorCodeOf, FatalError, messageOf } from '../errors';
import { retry } from '../time';
import { parseNatsUrl, withoutCredentials } from './nats-url';

/** Where and as whom to connect. */
export interface NatsConnectionOptions {
  /** `nats://host:port`, also with `user:password@`, also several with commas between them. */
  readonly servers: string;
  /** The user, if the URL does not carry it. */
  readonly user?: string;
  readonly pass?: string;
  /** What the server shows this connection as: the program, and the cell if it is one. */
  readonly name: string;
  /** The first token of reply subjects, where the user's rights want a certain one: `_INBOX_CELL`. */
  readonly inboxPrefix?: string;
  /** How long to wait for the server to be there, in milliseconds. */
  readonly withinMs?: number;
  readonly signal?: AbortSignal;
}

const WITHIN_MS = 30_000;
const ATTEMPT_MS = 2_000;
const BETWEEN_ATTEMPTS = { firstMs: 50, maxMs: 500 };

/**
 * What the defaults of the client lack: they give up after 10 reconnects, and notice a link that is silently dead only after
 * minutes. With these a dead link is noticed after 15 s at most, and a server that is back is used within 0.25 s.
 */
const STAY_CONNECTED = { maxReconnectAttempts: -1, reconnectTimeWait: 250, pingInterval: 5_000, maxPingOut: 2 };

/** Waiting does not make these right. */
const LASTING: readonly string[] = [
  ErrorCode.AuthorizationViolation,
  ErrorCode.BadAuthentication,
  ErrorCode.InvalidOption,
];

/**
 * Connects, waiting for a server that is still starting; once connected, the connection comes back by itself for ever.
 * @throws {FatalError} when no server is there in time, or it refuses the user. The URL in the message has no password.
 * @throws the reason of the signal when it was aborted.
 */
export async function connectNats(options: NatsConnectionOptions): Promise<NatsConnection> {
  const { servers, name, inboxPrefix, withinMs = WITHIN_MS, signal } = options;
  const address = parseNatsUrl(servers);
  const attempt = () =>
    connect({
      ...STAY_CONNECTED,
      servers: [...address.servers],
      user: options.user ?? address.user,
      pass: options.pass ?? address.pass,
      name,
      inboxPrefix,
      timeout: ATTEMPT_MS,
      // A stack for each request, in case it fails, costs a tenth of the request.
      noAsyncTraces: true,
    });
  try {
    return await retry(attempt, { ...BETWEEN_ATTEMPTS, withinMs, signal, canPass });
  } catch (error) {
    signal?.throwIfAborted();
    const where = withoutCredentials(servers);
    throw new FatalError(
      canPass(error)
        ? `nats-server at ${where} does not answer (${messageOf(error)}): start it, or correct NATS_URL`
        : `nats-server at ${where} refuses the connection (${messageOf(error)}): correct user and password in NATS_URL`,
      { cause: error },
    );
  }
}

/** What the system says of a network (no route to it, say) passes like a server that is away. */
function canPass(error: unknown): boolean {
  return error instanceof NatsError ? !LASTING.includes(error.code) : errorCodeOf(error) !== undefined;
}
