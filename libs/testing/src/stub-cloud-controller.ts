import { StubService, type StubAnswer, type StubRequest } from './stub-service';
import type { TestCertificate } from './test-certificate';

const DEFAULT_PER_PAGE = 50;
const MOST_PER_PAGE = 5_000;

/** A stand-in for Cloud Foundry's Cloud Controller: apps in spaces, and who develops in them. */
export class StubCloudController {
  /** The space of each app. */
  readonly apps = new Map<string, string>();
  /** Roles beside `space_developer` too, since whoever asks has to tell them apart. */
  readonly roles: { readonly type: string; readonly user: string; readonly space: string }[] = [];
  /** The most items on a page, whatever is asked for. */
  perPage = MOST_PER_PAGE;
  /** Whether it passes over filters, as a broken one would. */
  ignoresFilters = false;

  private constructor(
    readonly service: StubService,
    private readonly accepts: (token: string) => boolean,
  ) {}

  /** @param accepts which tokens it takes: those UAA gave to Heddle */
  static async start(accepts: (token: string) => boolean, certificate?: TestCertificate): Promise<StubCloudController> {
    const empty = { pagination: { total_results: 0, total_pages: 1, next: null }, resources: [] };
    const service = await StubService.start({ empty, answer: (request) => controller.answer(request) }, certificate);
    const controller = new StubCloudController(service, accepts);
    return controller;
  }

  get url(): string {
    return this.service.url;
  }

  /** Puts apps into a space. */
  addApps(space: string, ...apps: readonly string[]): void {
    for (const app of apps) this.apps.set(app, space);
  }

  /** Makes somebody a developer of a space, or gives another role there. */
  addRole(user: string, space: string, type = 'space_developer'): void {
    this.roles.push({ type, user, space });
  }

  async stop(): Promise<void> {
    await this.service.stop();
  }

  private answer({ method, path, query, authorization }: StubRequest): StubAnswer {
    if (!this.accepts(authorization.replace(/^bearer /, ''))) return { status: 401, body: { errors: [] } };
    const among = (name: string, value: string) => this.ignoresFilters || listed(query, name).includes(value);
    switch (`${method} ${path}`) {
      case 'GET /v3/apps': {
        const found = [...this.apps].filter(([app]) => among('guids', app));
        return this.page(
          path,
          query,
          found.map(([app, space]) => this.appResource(app, space)),
        );
      }
      case 'GET /v3/roles': {
        const found = this.roles.filter(({ type, user }) => among('types', type) && among('user_guids', user));
        return this.page(path, query, found.map(roleResource));
      }
      default:
        return { status: 404, body: { errors: [] } };
    }
  }

  private appResource(app: string, space: string) {
    return { guid: app, name: `name of ${app}`, links: { space: { href: `${this.url}/v3/spaces/${space}` } } };
  }

  private page(path: string, query: URLSearchParams, all: readonly unknown[]): StubAnswer {
    const size = Math.min(Number(query.get('per_page') ?? DEFAULT_PER_PAGE), this.perPage);
    const number = Number(query.get('page') ?? 1);
    const pages = Math.max(1, Math.ceil(all.length / size));
    const following = new URLSearchParams(query);
    following.set('page', String(number + 1));
    // As behind a router: links bear the outer name, not the one the service was reached by.
    const next = number < pages ? { href: `https://api.cloud.test${path}?${following}` } : null;
    const pagination = { total_results: all.length, total_pages: pages, next };
    return { status: 200, body: { pagination, resources: all.slice((number - 1) * size, number * size) } };
  }
}

function roleResource({ type, user, space }: { type: string; user: string; space: string }) {
  return { type, relationships: { user: { data: { guid: user } }, space: { data: { guid: space } } } };
}

function listed(query: URLSearchParams, name: string): string[] {
  return query.get(name)?.split(',') ?? [];
}
