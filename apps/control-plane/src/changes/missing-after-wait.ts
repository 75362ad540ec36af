import type { DocumentKey } from '@heddle/domain';
import type { Request, Response } from 'express';
import type { Core } from '../core/core';
import { preferredWait } from '../http/prefer-wait';
import { enforcementView } from './change-view';

/** A cell that a change is not in force on. */
export interface MissingCell {
  readonly cell: string;
  /** `unknown`: it does not answer. */
  readonly state: string;
  readonly change: number;
}

/**
 * Whoever sends `Prefer: wait=<seconds>` with a change gets the answer once every cell concerned enforces all that is known of the
 * documents that the request is about, or as 202 when the time is over. Without that header nothing waits.
 * @returns the cells that are missing; none when nobody asked to wait
 */
export async function missingAfterWait(
  core: Pick<Core, 'enforcement' | 'liveness'>,
  documents: () => ReadonlySet<DocumentKey>,
  request: Request,
  response: Response,
): Promise<MissingCell[]> {
  const seconds = preferredWait(request.headers.prefer);
  if (seconds === null) return [];
  response.setHeader('Preference-Applied', `wait=${seconds}`);
  // Also what earlier changes still wait for: a request that changes nothing may be about what is on its way.
  const changes = core.enforcement.pendingFor(documents());
  const deadline = performance.now() + seconds * 1000;
  for (const seq of changes) await core.enforcement.settled(seq, deadline - performance.now());
  const missing = await cellsMissing(core, changes);
  if (missing.length > 0) response.status(202);
  return missing;
}

async function cellsMissing(
  core: Pick<Core, 'enforcement' | 'liveness'>,
  changes: readonly number[],
): Promise<MissingCell[]> {
  const views = changes.map(async (change) => {
    const { cells } = enforcementView(await core.enforcement.enforcementOf(change), core.liveness);
    return cells.filter(({ state }) => state !== 'enforced').map(({ cell, state }) => ({ cell, state, change }));
  });
  return (await Promise.all(views)).flat();
}
