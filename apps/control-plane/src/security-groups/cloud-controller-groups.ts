import type { GroupAsSent } from '@heddle/domain';
import { z } from 'zod';
import type { GroupPage, GroupSource } from './group-source';

/** Asks Cloud Controller: `fetch` with the caller's right and place. @param path with query */
export type AskCloudController = (path: string, signal: AbortSignal) => Promise<Response>;

/** Cloud Controller sends at most so many in one answer. */
const PER_PAGE = 5_000;

const spaces = z
  .object({ data: z.array(z.object({ guid: z.string().min(1) })) })
  .transform(({ data }) => data.map(({ guid }) => guid));
/** The rules are looked at one by one later; nothing else of a group can be wrong without making it another group. */
const group = z
  .object({
    guid: z.string().min(1),
    name: z.string(),
    globally_enabled: z.object({ running: z.boolean(), staging: z.boolean() }),
    rules: z.array(z.unknown()),
    relationships: z.object({ running_spaces: spaces, staging_spaces: spaces }),
  })
  .transform(({ guid, name, rules, globally_enabled, relationships }): GroupAsSent => ({
    ...{ guid, name, rules },
    stagingDefault: globally_enabled.staging,
    runningDefault: globally_enabled.running,
    stagingSpaces: relationships.staging_spaces,
    runningSpaces: relationships.running_spaces,
  }));
const page = z.object({
  pagination: z.object({ total_pages: z.int().min(0), total_results: z.int().min(0) }),
  resources: z.array(group),
});
const latest = z.object({ last_update: z.iso.datetime({ offset: true }) });

/** Cloud Controller said no, or nothing that can be understood. */
export class CloudControllerFailed extends Error {
  constructor(path: string, why: string, options?: ErrorOptions) {
    super(`Cloud Controller ${why} when asked for ${path}`, options);
    this.name = 'CloudControllerFailed';
  }
}

/** The security groups that Cloud Controller has. */
export function cloudControllerGroups(ask: AskCloudController): GroupSource {
  return {
    async latestUpdateMs(signal) {
      const path = '/internal/v4/asg_latest_update';
      const response = await ask(path, signal);
      // Cloud Controllers from before 2022 do not have it; then every look is a full one.
      if (response.status === 404) {
        await response.body?.cancel();
        return null;
      }
      return Date.parse((await answerOf(response, path, latest)).last_update);
    },

    async fetchSecurityGroups(number, signal): Promise<GroupPage> {
      const path = `/v3/security_groups?per_page=${PER_PAGE}&page=${number}`;
      const { pagination, resources } = await answerOf(await ask(path, signal), path, page);
      return { groups: resources, pages: pagination.total_pages, total: pagination.total_results };
    },
  };
}

async function answerOf<T>(response: Response, path: string, schema: z.ZodType<T>): Promise<T> {
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new CloudControllerFailed(path, `answered ${response.status}`);
  }
  const said: unknown = await response.json().catch((cause: unknown) => {
    throw new CloudControllerFailed(path, 'sent no JSON', { cause });
  });
  const checked = schema.safeParse(said);
  if (checked.success) return checked.data;
  throw new CloudControllerFailed(path, `sent what is not understood (${z.prettifyError(checked.error)})`, {
    cause: checked.error,
  });
}
