import { APP_TYPE, tagOf, type PolicyCommand } from '@heddle/domain';
import { inTurns, type Portions } from '@heddle/platform';
import {
  parseGroupQuery,
  parsePolicyQuery,
  parseTagReservation,
  renderGroups,
  renderListInSteps,
  renderTagReservation,
  WireError,
} from '@heddle/wire-cf';
import { logRefusal } from '../cloud-foundry/log-refusal';
import type { Core } from '../core/core';

/** A request to the internal API, as its routes need it. */
export interface InternalRequest {
  /** The query of its URL, with its question mark. */
  readonly search: string;
  /** Reads the body. @throws {WireError} 400 when it is too large or breaks off. */
  readonly body: () => Promise<string>;
  /** Whose certificate it came with. To look takes longer than to answer a poll. */
  readonly subject: () => string;
  /** The other end of its connection. */
  readonly address: string | undefined;
  readonly id: string;
}

/** A body: as it is, or in portions where it may be long. */
export type Answer = string | Portions;

/** Something the internal API answers to. */
export interface Route {
  readonly name: string;
  readonly method: 'GET' | 'PUT';
  readonly path: RegExp;
  answer(request: InternalRequest): Answer | Promise<Answer>;
}

/** A page has at most so many security groups, whatever is asked for; without a limit a page has all. */
const LARGEST_PAGE = 10_000;

/** What Cloud Foundry's cells ask. The version is any text, but for the tags. */
export function routesOf(core: Core, tagLength: number): readonly Route[] {
  return [
    {
      name: 'policies',
      method: 'GET',
      path: /^\/networking\/[^/]*\/internal\/policies$/,
      answer: ({ search }) =>
        orFailed('database read failed', async () => {
          const { either } = parsePolicyQuery(search);
          await seeEveryCommit(core);
          return inTurns(renderListInSteps(await core.standingPolicies.textsForCells({ either })));
        }),
    },
    {
      name: 'policies_last_updated',
      method: 'GET',
      path: /^\/networking\/[^/]*\/internal\/policies_last_updated$/,
      answer: () => String(core.policiesMark.nanoseconds),
    },
    {
      name: 'security_groups',
      method: 'GET',
      path: /^\/networking\/[^/]*\/internal\/security_groups$/,
      answer: ({ search }) =>
        orFailed('database read failed', async () => {
          const { spaces, from: fromPlace, limit } = parseGroupQuery(search);
          const size = limit === undefined ? undefined : Math.min(limit, LARGEST_PAGE);
          await seeEveryCommit(core);
          await core.sql.caughtUp();
          const found = await core.readModel.groupsFor({ spaces, fromPlace, limit: size && size + 1 });
          return renderGroups(found.slice(0, size), (size && found[size]?.place) ?? 0);
        }),
    },
    {
      name: 'security_groups_last_updated',
      method: 'GET',
      path: /^\/networking\/[^/]*\/internal\/security_groups_last_updated$/,
      answer: () => String(core.groupsMark.nanoseconds),
    },
    {
      name: 'healthcheck',
      method: 'GET',
      path: /^\/networking\/[^/]*\/internal\/healthcheck$/,
      answer: () => '{"healthcheck":true}',
    },
    {
      name: 'tags',
      method: 'PUT',
      path: /^\/networking\/v1\/internal\/tags$/,
      answer: async ({ body, subject, address, id }) => {
        const wanted = parseTagReservation(await body());
        return orFailed('database create failed', async () => {
          const command = (): PolicyCommand => ({
            type: 'reserve-tag',
            app: wanted.id,
            tagType: wanted.type,
            avoidTags: core.quarantine.tags(),
          });
          const { state } = await core.policies.execute(command, {
            ...{ actor: { name: subject() }, correlationId: id },
            ...(address !== undefined && { address }),
          });
          const tag = tagOf(state, wanted.id);
          if (tag === undefined) throw new Error(`'${wanted.id}' holds no tag of type '${wanted.type || APP_TYPE}'`);
          return renderTagReservation(wanted, tag, tagLength);
        });
      },
    },
  ];
}

/**
 * A cell may have learned from another control plane that something changed: what this one answers has to contain it, or
 * the cell would take an old list for the new one and not ask again.
 */
async function seeEveryCommit({ log, follower }: Core): Promise<void> {
  const end = await log.lastSequence();
  if (follower.position < end) await follower.reached(end, AbortSignal.timeout(CATCH_UP_MS));
}

/** Cells give up after 5 s. */
const CATCH_UP_MS = 5_000;

async function orFailed(message: string, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof WireError) throw cause;
    throw logRefusal(cause) ?? new WireError(500, message, { cause });
  }
}
