import type { ModelPolicy } from './model-policy';
import { MALFORMED, readPolicies, Refusal, refusal } from './read-policies';
import { goText, listBody, tagText } from './write-bodies';

/** Who asks, and what that one may do. */
export interface Caller {
  /** What `whoami` says. */
  readonly subject: string;
  /** `null` for no token at all, `undefined` for one that UAA does not know. */
  readonly scopes: readonly string[] | null | undefined;
  /** The spaces it develops in. */
  readonly spaces: readonly string[];
}

/** A request to one of the two APIs. */
export interface ModelRequest {
  readonly api: 'external' | 'internal';
  readonly method: 'GET' | 'POST' | 'PUT';
  /** With `/networking/<version>/<api>/` before it. */
  readonly path: string;
  readonly version: string;
  readonly query?: string;
  readonly body?: string;
  readonly caller: Caller;
  /** Whether the Cloud Controller fails meanwhile. */
  readonly isCloudControllerDown?: boolean;
}

/** What the request is answered, and whether the mark of the last update moves. */
export interface ModelAnswer {
  readonly status: number;
  readonly body: string;
  readonly moves: boolean;
}

/** What was set where the server was started. */
export interface ModelSettings {
  readonly quota: number;
  readonly lastTag: number;
  readonly cleanupMaxShare: number;
  /** The space of each app that the Cloud Controller knows. */
  readonly spaceOf: ReadonlyMap<string, string>;
}

const NOT_FOUND = '404 page not found\n';
const NOT_ALLOWED = 'Method Not Allowed\n';
const ADMIN = 'network.admin';

/**
 * Cloud Foundry's policy server in as few lines as it can be said, for requests one after another: §1–§4 of its reference, with the
 * differences that docs/reference/differences.md lists. Released tags are free at once, since no cell is there to be waited for.
 */
export class PolicyServerModel {
  private policies: ModelPolicy[] = [];
  private readonly tags = new Map<string, { readonly tag: number; readonly type: string }>();

  constructor(private readonly settings: ModelSettings) {}

  answer(request: ModelRequest): ModelAnswer {
    try {
      return request.api === 'external' ? this.external(request) : this.internal(request);
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body, moves: false };
      throw error;
    }
  }

  private external(request: ModelRequest): ModelAnswer {
    const { version, path, method, caller } = request;
    if (version !== 'v0' && version !== 'v1') throw refusal(406, `api version '${version}' not supported`);
    if (caller.scopes === null) throw refusal(401, 'missing authorization header');
    if (caller.scopes === undefined) throw refusal(401, 'failed to verify token with uaa');
    const allowed = path.startsWith('policies') && path !== 'policies/cleanup' ? [ADMIN, 'network.write'] : [ADMIN];
    if (!allowed.some((scope) => caller.scopes?.includes(scope))) {
      const scopes = `provided scopes [${caller.scopes.join(' ')}] do not include allowed scopes [${allowed.join(' ')}]`;
      throw refusal(403, scopes);
    }
    switch (`${method} ${path}`) {
      case 'GET policies':
        return answered(
          listBody(
            this.listed(request).filter((policy) => this.isSeen(policy, caller)),
            version,
          ),
        );
      case 'POST policies':
        return this.create(readPolicies(request.body ?? '', version), caller);
      case 'POST policies/delete':
        return this.delete(readPolicies(request.body ?? '', version), caller);
      case 'POST policies/cleanup':
        return this.cleanUp(request);
      case 'GET tags':
        return answered(this.tagList());
      case 'GET whoami':
        return answered(`{"subject":${goText(caller.subject)}}`);
      default:
        throw new Error(`the model knows no ${method} ${path}`);
    }
  }

  private internal(request: ModelRequest): ModelAnswer {
    const { method, path, version, body = '' } = request;
    if (path === 'policies') return answered(listBody(this.listed(request), 'v1', (app) => this.tagTextOf(app)));
    if (version !== 'v1') throw new Refusal(404, NOT_FOUND);
    if (method !== 'PUT') throw new Refusal(405, NOT_ALLOWED);
    if (MALFORMED.has(body)) throw refusal(400, 'failed parsing request body');
    const named = Object.fromEntries(
      Object.entries(JSON.parse(body) as Record<string, string>).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const { id = '', type = '' } = named;
    const held = this.tags.get(id);
    if (held && held.type !== type) throw refusal(500, 'database create failed');
    if (!held) this.take([id], type);
    return answered(`{"id":${goText(id)},"tag":"${this.tagTextOf(id)}","type":${goText(type)}}`);
  }

  /** The filters apart from the question who asks: cells have `id` alone. */
  private listed({ api, query = '' }: ModelRequest): ModelPolicy[] {
    const first = new Map<string, string[]>();
    for (const pair of query.split('&').reverse()) {
      const [name = '', ...value] = pair.split('=');
      first.set(name, decodeURIComponent(value.join('=')).split(','));
    }
    const among = (name: string, app: string) => first.get(name)?.includes(app) ?? true;
    if (first.has('id'))
      return this.policies.filter(({ source, destination }) => among('id', source) || among('id', destination));
    if (api === 'internal') return this.policies;
    return this.policies.filter(
      ({ source, destination }) => among('source_id', source) && among('dest_id', destination),
    );
  }

  private isSeen({ source, destination }: ModelPolicy, caller: Caller): boolean {
    return isAdmin(caller) || (this.isDeveloped(source, caller) && this.isDeveloped(destination, caller));
  }

  private isDeveloped(app: string, { spaces }: Caller): boolean {
    return spaces.includes(this.settings.spaceOf.get(app) ?? 'nowhere');
  }

  private requireAccess(policies: readonly ModelPolicy[], caller: Caller): void {
    if (!policies.every((policy) => this.isSeen(policy, caller)))
      throw refusal(403, 'one or more applications cannot be found or accessed');
  }

  private create(policies: readonly ModelPolicy[], caller: Caller): ModelAnswer {
    this.requireAccess(policies, caller);
    const mentioned = policies.flatMap(({ source, destination }) => [source, destination]);
    if (!isAdmin(caller)) {
      const from = (app: string, all: readonly ModelPolicy[]) => all.filter(({ source }) => source === app).length;
      for (const app of mentioned)
        if (from(app, this.policies) + from(app, policies) > this.settings.quota)
          throw refusal(403, 'policy quota exceeded');
    }
    const added = policies.filter(
      (policy, i) => !this.policies.some(isSame(policy)) && policies.findIndex(isSame(policy)) === i,
    );
    const apps = [...new Set(added.flatMap(({ source, destination }) => [source, destination]))];
    if (apps.some((app) => (this.tags.get(app)?.type ?? 'app') !== 'app')) throw refusal(500, 'database create failed');
    this.take(
      apps.filter((app) => !this.tags.has(app)),
      'app',
    );
    this.policies = [...this.policies, ...added];
    return { status: 200, body: '{}', moves: true };
  }

  private delete(policies: readonly ModelPolicy[], caller: Caller): ModelAnswer {
    this.requireAccess(policies, caller);
    this.remove(policies);
    return { status: 200, body: '{}', moves: true };
  }

  private cleanUp({ isCloudControllerDown }: ModelRequest): ModelAnswer {
    const exists = (app: string) => this.settings.spaceOf.has(app);
    const stale = this.policies.filter(({ source, destination }) => !exists(source) || !exists(destination));
    const total = this.policies.length;
    const nobody = this.policies.every(({ source, destination }) => !exists(source) && !exists(destination));
    if (total > 0 && (isCloudControllerDown || nobody || stale.length > total * this.settings.cleanupMaxShare))
      throw refusal(500, 'policies cleanup failed');
    this.remove(stale);
    return { status: 200, body: listBody(stale, 'v1'), moves: stale.length > 0 };
  }

  private remove(policies: readonly ModelPolicy[]): void {
    const removed = this.policies.filter((policy) => policies.some(isSame(policy)));
    this.policies = this.policies.filter((policy) => !removed.includes(policy));
    const used = new Set(this.policies.flatMap(({ source, destination }) => [source, destination]));
    for (const { source, destination } of removed)
      for (const app of [source, destination]) if (!used.has(app)) this.tags.delete(app);
  }

  /** The lowest free tags, or none at all. */
  private take(names: readonly string[], type: string): void {
    const inUse = new Set([...this.tags.values()].map(({ tag }) => tag));
    const free = Array.from({ length: this.settings.lastTag }, (_, i) => i + 1).filter((tag) => !inUse.has(tag));
    if (free.length < names.length) throw refusal(500, 'database create failed');
    names.forEach((name, i) => this.tags.set(name, { tag: free[i] as number, type }));
  }

  private tagTextOf(app: string): string {
    return tagText(this.tags.get(app)?.tag ?? 0);
  }

  private tagList(): string {
    const items = [...this.tags]
      .sort(([, a], [, b]) => a.tag - b.tag)
      .map(([id, { tag, type }]) => `{"id":${goText(id)},"tag":"${tagText(tag)}","type":${goText(type)}}`);
    return `{"tags":[${items.join(',')}]}`;
  }
}

function answered(body: string): ModelAnswer {
  return { status: 200, body, moves: false };
}

function isAdmin({ scopes }: Caller): boolean {
  return scopes?.includes(ADMIN) ?? false;
}

function isSame(a: ModelPolicy) {
  return (b: ModelPolicy): boolean =>
    a.source === b.source &&
    a.destination === b.destination &&
    a.protocol === b.protocol &&
    a.start === b.start &&
    a.end === b.end;
}
