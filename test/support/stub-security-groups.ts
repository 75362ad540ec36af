import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A security group as Cloud Controller writes it. */
export function ccGroup(guid: string, parts: { rules?: unknown[]; running?: boolean; spaces?: string[] } = {}) {
  const {
    rules = [{ protocol: 'tcp', destination: '10.0.0.0/8', ports: '443' }],
    running = false,
    spaces = [],
  } = parts;
  return {
    guid,
    name: guid,
    globally_enabled: { running, staging: false },
    rules,
    relationships: {
      running_spaces: { data: spaces.map((space) => ({ guid: space })) },
      staging_spaces: { data: [] },
    },
  };
}

/** As much of Cloud Controller as tells which security groups there are. */
export class StubSecurityGroups {
  groups: unknown[] = [];
  /** `undefined`: it is too old to say. */
  lastUpdate: string | undefined = '1970-01-01T00:00:00Z';
  pageSize = 5_000;
  /** The status of every answer from now on. */
  status = 200;
  /** Called before each page is sent, with its number. */
  beforePage: (page: number) => void = () => {};
  /** Paths asked for. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', 'http://cc');
      this.asked.push(url.pathname);
      const [status, body] = this.answer(url);
      response.writeHead(status).end(JSON.stringify(body));
    });
  }

  static async start(): Promise<StubSecurityGroups> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new StubSecurityGroups(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** There are these groups from now on. @param lastUpdate when they changed, to the second */
  set(groups: unknown[], lastUpdate: string): void {
    this.groups = groups;
    this.lastUpdate = lastUpdate;
  }

  /** As a new one with these groups. @param lastUpdate as of {@link set} */
  reset(groups: unknown[], lastUpdate: string): void {
    this.pageSize = 5_000;
    this.status = 200;
    this.beforePage = () => {};
    this.set(groups, lastUpdate);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private answer({ pathname, searchParams }: URL): [number, unknown] {
    if (this.status !== 200) return [this.status, {}];
    if (pathname === '/internal/v4/asg_latest_update')
      return this.lastUpdate === undefined ? [404, {}] : [200, { last_update: this.lastUpdate }];
    if (pathname !== '/v3/security_groups') return [404, {}];
    const page = Number(searchParams.get('page'));
    this.beforePage(page);
    const resources = this.groups.slice((page - 1) * this.pageSize, page * this.pageSize);
    const total_pages = Math.max(1, Math.ceil(this.groups.length / this.pageSize));
    return [200, { pagination: { total_results: this.groups.length, total_pages }, resources }];
  }
}
