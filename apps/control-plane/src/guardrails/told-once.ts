import { appsToPlace, violates, type Checkable, type PolicySpan, type SpacesOfApps } from '@heddle/domain';
import { inTurns } from '@heddle/platform';
import type { PlacedPolicy, SpanPlace } from '@heddle/read-model';
import type { Core } from '../core/core';
import { spacesIfKnown, type SpaceSources } from './spaces-of-apps';

/** Who knows what stood when, and the spaces of its apps. */
export interface ViolationSources extends SpaceSources {
  readonly core: Pick<Core, 'readModel' | 'enforcement' | 'recordedSpaces'>;
}

/** A policy that is or was against a statement. */
export interface Told {
  /** Whether it is; else it may be. */
  readonly certain: boolean;
  /** For the whole time that it stood. */
  readonly span: PolicySpan;
  /** Of the part by which it is told. */
  readonly place: SpanPlace;
}

/**
 * Those of a portion that are against a statement, or may be. One whose end moved stands in several parts: it is told whole, by the first
 * part that is there in a window from `sinceSeq` on.
 */
export async function toldOnce(
  sources: ViolationSources,
  held: Checkable,
  portion: readonly PlacedPolicy[],
  sinceSeq: number,
): Promise<Told[]> {
  const policies = portion.map(({ policy }) => policy);
  const spaces = await spacesThen(sources, await inTurns(appsToPlace([held], policies)));
  const certain = new Map<SpanPlace, boolean>();
  for (const part of portion) {
    const verdict = violates(held, part.policy, spaces);
    if (verdict !== 'no') certain.set(part, verdict === 'yes');
  }
  const parts = portion.filter((part) => certain.has(part));
  const told = await sources.core.readModel.wholeSpans(parts, sinceSeq);
  return told.map(({ whole, found }) => ({ span: whole, place: found, certain: certain.get(found) === true }));
}

async function spacesThen(sources: ViolationSources, apps: readonly string[]): Promise<SpacesOfApps> {
  const spaces = await spacesIfKnown(sources, apps);
  const { recordedSpaces } = sources.core;
  return new Map(Array.from(spaces, ([app, space]) => [app, space ?? recordedSpaces.spaceOf(app)]));
}
