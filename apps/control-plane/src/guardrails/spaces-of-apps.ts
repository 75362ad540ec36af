import { spaceByPlacement, type SpacesOfApps } from '@heddle/domain';
import type { AccessControl } from '../access/access-control';
import { ServiceFailed } from '../access/http-service';
import type { Core } from '../core/core';

/** Who knows the spaces of apps. */
export interface SpaceSources {
  readonly core: Pick<Core, 'enforcement'>;
  readonly access: Pick<AccessControl, 'spacesOf'>;
}

/**
 * The space of each of some apps, or that nobody knows it. The Cloud Controller says so where there is one, and it alone; else the cells
 * that run the app do.
 * @throws {ServiceFailed} when the Cloud Controller does not answer.
 */
export async function spacesOfApps({ core, access }: SpaceSources, apps: readonly string[]): Promise<SpacesOfApps> {
  if (apps.length === 0) return new Map();
  const spaces = await access.spacesOf(apps);
  const { state } = core.enforcement;
  return new Map(apps.map((app) => [app, spaces ? (spaces.get(app) ?? null) : spaceByPlacement(state, app)]));
}

/** The same; while the Cloud Controller does not answer, nobody knows. */
export async function spacesIfKnown(sources: SpaceSources, apps: readonly string[]): Promise<SpacesOfApps> {
  return spacesOfApps(sources, apps).catch((error: unknown) => {
    if (!(error instanceof ServiceFailed)) throw error;
    return new Map(apps.map((app) => [app, null]));
  });
}
