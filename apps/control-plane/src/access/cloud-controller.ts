import { z } from 'zod';
import { AnswerCache } from './answer-cache';
import { chunksOfGuids, inParallel } from './chunks';
import { HttpService, type HttpServiceOptions, ServiceFailed } from './http-service';
import { jsonOf } from './json-answer';
import type { ServiceToken } from './service-token';

/** An app stays in its space for as long as it lives, so only its end can be missed. */
const APPS = { keepMs: 60_000, keepAbsenceMs: 5_000, most: 100_000 };
/** A developer who is none any more can go on for so long. */
const ROLES = { keepMs: 10_000, keepAbsenceMs: 2_000, most: 10_000 };
/** Questions of one caller on their way at once, so that one long list leaves connections to the others. */
const AT_ONCE = 4;
/** However many questions it takes. */
const ANSWER_WITHIN_MS = 30_000;
const ROLES_PER_PAGE = 5_000;
const MOST_PAGES = 20;

const appsSchema = z.object({
  pagination: z.object({ total_pages: z.number() }),
  resources: z.array(z.object({ guid: z.string(), links: z.object({ space: z.object({ href: z.string() }) }) })),
});
const relation = z.object({ data: z.object({ guid: z.string() }).nullish() });
const rolesSchema = z.object({
  pagination: z.object({ next: z.object({ href: z.string() }).nullish() }),
  resources: z.array(
    z.object({ type: z.string(), relationships: z.object({ space: relation.optional(), user: relation.optional() }) }),
  ),
});

/** Cloud Foundry's Cloud Controller, as far as Heddle needs it. Every method throws {@link ServiceFailed} when it does not play along. */
export class CloudController {
  private readonly service: HttpService;
  private readonly spaces: AnswerCache<string>;
  private readonly roles: AnswerCache<ReadonlySet<string>>;

  constructor(
    options: Omit<HttpServiceOptions, 'name'>,
    private readonly token: Pick<ServiceToken, 'get' | 'refused'>,
  ) {
    this.service = new HttpService({ ...options, name: 'the Cloud Controller' });
    this.spaces = new AnswerCache((apps) => this.askForApps(apps), APPS);
    this.roles = new AnswerCache((subjects) => this.askForRoles(subjects), ROLES);
  }

  /** The space of each app; apps that do not exist are left out. Kept for a minute, that there is no app for 5 s. */
  async spacesOf(apps: Iterable<string>): Promise<ReadonlyMap<string, string>> {
    return this.spaces.get(apps);
  }

  /** Which of these apps exist at this moment. Past what is kept, which an answer that nobody believes must not spoil. */
  async existing(apps: Iterable<string>): Promise<ReadonlySet<string>> {
    return new Set((await this.askForApps([...apps])).keys());
  }

  /** Whether somebody is a developer in all these spaces. Yes is kept for 10 s, no for 2 s. */
  async developsIn(subject: string, spaces: readonly string[]): Promise<boolean> {
    const inAll = (developed: ReadonlySet<string>) => spaces.every((space) => developed.has(space));
    return (
      inAll(await this.spacesOfDeveloper(subject)) || inAll(await this.spacesOfDeveloper(subject, ROLES.keepAbsenceMs))
    );
  }

  /** The spaces somebody is a developer in. */
  async spacesOfDeveloper(subject: string, noOlderThanMs?: number): Promise<ReadonlySet<string>> {
    return (await this.roles.get([subject], noOlderThanMs)).get(subject) ?? new Set();
  }

  close(): void {
    this.service.close();
  }

  private async askForApps(apps: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    await inParallel(chunksOfGuids(apps), { atOnce: AT_ONCE, withinMs: ANSWER_WITHIN_MS }, async (chunk, signal) => {
      const guids = encodeURIComponent(chunk.join(','));
      const page = await this.get(`/v3/apps?guids=${guids}&per_page=${chunk.length}`, appsSchema, signal);
      if (page.pagination.total_pages > 1) {
        throw new ServiceFailed(`the Cloud Controller has more apps than the ${chunk.length} it was asked for`);
      }
      const asked = new Set(chunk);
      for (const { guid, links } of page.resources) if (asked.has(guid)) found.set(guid, lastSegment(links.space.href));
    });
    return found;
  }

  private async askForRoles(subjects: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
    const found = new Map<string, ReadonlySet<string>>();
    for (const subject of subjects) {
      const spaces = await this.pagesOfRoles(subject, AbortSignal.timeout(ANSWER_WITHIN_MS));
      // Without any, it is an absence, which is kept for less long.
      if (spaces.size > 0) found.set(subject, spaces);
    }
    return found;
  }

  private async pagesOfRoles(subject: string, signal: AbortSignal): Promise<Set<string>> {
    const spaces = new Set<string>();
    const query = `types=space_developer&user_guids=${encodeURIComponent(subject)}&per_page=${ROLES_PER_PAGE}`;
    let path: string | undefined = `/v3/roles?${query}`;
    for (let pages = 0; path !== undefined; pages++) {
      if (pages === MOST_PAGES)
        throw new ServiceFailed(`the Cloud Controller has more than ${MOST_PAGES} pages of roles`);
      const { pagination, resources }: z.output<typeof rolesSchema> = await this.get(path, rolesSchema, signal);
      for (const { type, relationships } of resources) {
        const space = relationships.space?.data?.guid;
        // What was not asked for gives nobody a right.
        const isAsked = type === 'space_developer' && (relationships.user?.data?.guid ?? subject) === subject;
        if (isAsked && space !== undefined) spaces.add(space);
      }
      path = pagination.next ? pathOf(pagination.next.href) : undefined;
    }
    return spaces;
  }

  /** With the token of Heddle itself; one that has been taken out of use is replaced once. */
  private async get<T>(path: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    for (let refused = 0; ; refused++) {
      const token = await this.token.get();
      const answer = await this.service.ask({
        method: 'GET',
        path,
        headers: { authorization: `bearer ${token}` },
        signal,
      });
      if (answer.status !== 401 || refused > 0) return jsonOf(this.service, answer, schema);
      this.token.refused(token);
    }
  }
}

/** The next page is asked of the server that gave this one, wherever its link points: the token goes nowhere else. */
function pathOf(href: string): string {
  const { pathname, search } = new URL(href, 'http://cloud-controller');
  return pathname + search;
}

function lastSegment(href: string): string {
  return href.slice(href.lastIndexOf('/') + 1);
}
