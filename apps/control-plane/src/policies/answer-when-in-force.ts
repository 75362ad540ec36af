import type { Policy } from '@heddle/domain';
import type { Request, Response } from 'express';
import { enforcementView } from '../changes/change-view';
import type { Core } from '../core/core';
import { preferredWait } from '../http/prefer-wait';

/** What Cloud Foundry's policy server answers. */
const DONE = '{}';

/**
 * The answer to a change of policies that is in the log. Who sends `Prefer: wait=<seconds>` gets it once every cell concerned enforces
 * all that is known of the apps, or as 202 with the cells that are missing when the time is over. Without that header nothing waits.
 */
export async function answerWhenInForce(
  core: Core,
  policies: readonly Policy[],
  request: Request,
  response: Response,
): Promise<string> {
  const seconds = preferredWait(request.headers.prefer);
  if (seconds === null) return DONE;
  response.setHeader('Preference-Applied', `wait=${seconds}`);
  // Also what earlier changes of these apps still wait for: a request that changes nothing may be about what is on its way.
  const apps = new Set(policies.flatMap(({ source, destination }) => [source, destination]));
  const changes = core.enforcement.pendingFor(apps);
  const deadline = performance.now() + seconds * 1000;
  for (const seq of changes) await core.enforcement.settled(seq, deadline - performance.now());
  const missing = await cellsMissing(core, changes);
  if (missing.length === 0) return DONE;
  response.status(202);
  return JSON.stringify({ missing });
}

async function cellsMissing(
  core: Core,
  changes: readonly number[],
): Promise<{ cell: string; state: string; change: number }[]> {
  const views = changes.map(async (change) => {
    const { cells } = enforcementView(await core.enforcement.enforcementOf(change), core.liveness);
    return cells.filter(({ state }) => state !== 'enforced').map(({ cell, state }) => ({ cell, state, change }));
  });
  return (await Promise.all(views)).flat();
}
