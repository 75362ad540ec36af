import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestCertificate } from './test-certificate';

/**
 * What is wrong with a service: `slow` answers after {@link StubService.slowMs}, `error` with 500, `empty` with 200 and an
 * object or a list without anything in it, `garbage` with 200 and no JSON, `hang` not at all, and `cut` ends the connection.
 */
export type Fault = 'none' | 'slow' | 'error' | 'empty' | 'garbage' | 'hang' | 'cut';

/** A request as a service sees it. */
export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string;
  readonly body: string;
}

/** What a service answers. */
export interface StubAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** How a service answers; `empty` is what it says when it should have nothing to say. */
export interface StubRoutes {
  answer(request: StubRequest): StubAnswer | Promise<StubAnswer>;
  readonly empty: unknown;
}

/** A real HTTP server on the loopback that stands in for one of Cloud Foundry's, with faults that can be switched. */
export class StubService {
  /** What is wrong with it from now on. */
  fault: Fault = 'none';
  slowMs = 300;
  /** Every request so far. */
  readonly asked: StubRequest[] = [];
  /** How many connections were opened so far. */
  connections = 0;

  private constructor(
    private readonly server: Server,
    readonly url: string,
    private readonly routes: StubRoutes,
  ) {}

  /** @param certificate makes it speak TLS */
  static async start(routes: StubRoutes, certificate?: TestCertificate): Promise<StubService> {
    const server = certificate ? createHttpsServer(certificate) : createHttpServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const stub = new StubService(server, `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`, routes);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => void stub.respond(request, response));
    server.on('connection', () => stub.connections++);
    return stub;
  }

  /** The paths with query that were asked for, without those before `since`. */
  pathsSince(since = 0): string[] {
    return this.asked.slice(since).map(({ path, query }) => (query.size > 0 ? `${path}?${query}` : path));
  }

  /** Ends every connection that is open, as a restart of the service does. */
  dropConnections(): void {
    this.server.closeAllConnections();
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }

  private async respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    this.asked.push(request);
    const { fault } = this;
    if (fault === 'hang') return;
    if (fault === 'cut') return void incoming.socket.destroy();
    if (fault === 'slow') await delay(this.slowMs);
    if (fault === 'garbage') return void response.end('<html>not what you asked for');
    const { status, body } =
      fault === 'error' ? ERROR : fault === 'empty' ? this.nothing() : await this.routes.answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  private nothing(): StubAnswer {
    return { status: 200, body: this.routes.empty };
  }
}

const ERROR: StubAnswer = { status: 500, body: { errors: [{ detail: 'an error that a test asked for' }] } };

async function read(incoming: IncomingMessage): Promise<StubRequest> {
  const url = new URL(incoming.url ?? '/', 'http://stub');
  const { method = '', headers } = incoming;
  let body = '';
  for await (const chunk of incoming.setEncoding('utf8') as AsyncIterable<string>) body += chunk;
  return { method, path: url.pathname, query: url.searchParams, authorization: headers.authorization ?? '', body };
}
