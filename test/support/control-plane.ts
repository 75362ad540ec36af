import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger, ensureSigningKey, readConfiguration, signToken, type Environment } from '@heddle/platform';
import { startTestNats, type TestDatabases, type TestNats } from '@heddle/testing';
import { startControlPlane, type ControlPlane } from '../../apps/control-plane/src/server';

/** What a request was answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What a request carries beside method and path. */
export interface Sent {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Another bearer token, or `null` for none; the admin token without it. */
  readonly token?: string | null;
}

/** A control plane in this process, on a free port, against a real nats-server and a real database. */
export class TestControlPlane {
  private constructor(
    private readonly running: ControlPlane,
    readonly nats: TestNats,
    readonly dataDir: string,
    /** The bearer token of requests that bring none of their own; the admin token of the data directory at first. */
    public token: string,
    private readonly stopNats: () => Promise<void> = async () => {},
  ) {}

  /**
   * One with a nats-server and an empty database to itself, which end with it.
   * @param databases gives the database; without it that is SQLite in the data directory.
   * @param environment as {@link start}.
   */
  static async alone(databases?: TestDatabases, environment?: Environment): Promise<TestControlPlane> {
    const nats = await startTestNats();
    try {
      const location = await databases?.fresh();
      const databaseUrl = location && 'databaseUrl' in location ? location.databaseUrl : undefined;
      const { running, dataDir, token } = await TestControlPlane.start(nats, databaseUrl, undefined, environment);
      return new TestControlPlane(running, nats, dataDir, token, () => nats.stop());
    } catch (error) {
      await nats.stop();
      throw error;
    }
  }

  /**
   * @param dataDir keeps the data of an earlier one; a new directory without it.
   * @param environment more settings, by the names of their variables.
   */
  static async start(
    nats: TestNats,
    databaseUrl?: string,
    dataDir?: string,
    environment: Environment = {},
  ): Promise<TestControlPlane> {
    const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'heddle-cp-')));
    const config = readConfiguration('control-plane', {
      HEDDLE_DATA_DIR: directory,
      HEDDLE_HTTP_PORT: '0',
      HEDDLE_NATS_USER: nats.users.control.user,
      HEDDLE_NATS_PASSWORD: nats.users.control.pass,
      DATABASE_URL: databaseUrl,
      ...environment,
    });
    const running = await startControlPlane(config, nats.url, createLogger({ name: 'test', level: 'silent' }));
    const token = (await readFile(join(directory, 'admin.token'), 'utf8')).trim();
    return new TestControlPlane(running, nats, directory, token);
  }

  get url(): string {
    return this.running.url;
  }

  /** Where the internal API is. */
  get internalUrl(): string {
    const { internalUrl } = this.running;
    if (internalUrl === null) throw new Error('this control plane was started without certificates');
    return internalUrl;
  }

  /** Where the internal API tells of its health. */
  get internalHealthUrl(): string {
    const { internalHealthUrl } = this.running;
    if (internalHealthUrl === null) throw new Error('this control plane was started without certificates');
    return internalHealthUrl;
  }

  /** Where silk daemons ask. */
  get leasesUrl(): string {
    const { leasesUrl } = this.running;
    if (leasesUrl === null) throw new Error('this control plane was started without certificates for silk daemons');
    return leasesUrl;
  }

  /** Where the API of silk daemons tells of its health. */
  get leasesHealthUrl(): string {
    const { leasesHealthUrl } = this.running;
    if (leasesHealthUrl === null)
      throw new Error('this control plane was started without certificates for silk daemons');
    return leasesHealthUrl;
  }

  /** A request over a connection of its own; the path goes out as it is, without being put in order. */
  async request(method: string, path: string, { body, headers, token = this.token }: Sent = {}): Promise<Answer> {
    const { hostname, port } = new URL(this.url);
    const authorization = token === null ? {} : { authorization: `bearer ${token}` };
    const bytes = body === undefined ? undefined : asBytes(body);
    return new Promise((resolve, reject) => {
      const options = { hostname, port, method, path, agent: false, headers: { ...authorization, ...headers } };
      const sent = httpRequest(options, (response) => {
        let received = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        );
      });
      sent.on('error', reject);
      // As bytes: Node writes a text body together with the headers, and would encode those as UTF-8 a second time.
      sent.end(bytes);
    });
  }

  /** What a GET answers, which must be 200. */
  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.request('GET', path);
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${body}`);
    return JSON.parse(body) as T;
  }

  /** A token of somebody with some scopes, good for a minute. */
  async tokenFor(name: string, scopes: readonly string[]): Promise<string> {
    const [issuedAt, expiresAt] = [new Date(), new Date(Date.now() + 60_000)];
    return signToken(await ensureSigningKey(this.dataDir), { name, scopes: [...scopes] }, { issuedAt, expiresAt });
  }

  async stop({ keepData = false } = {}): Promise<void> {
    await this.running.close();
    await this.stopNats();
    if (!keepData) await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** Bytes and text as they are, other things as JSON. */
function asBytes(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
