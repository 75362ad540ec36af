import type { ContainersReport, ReportedLocal, ReportPlace } from '@heddle/cell-protocol';
import type { HeldContainer, PlacementReport } from '@heddle/read-model';

/** A container where it was, as its cell said it. What no cell said, or one of an earlier version, is not there. */
export interface ToldContainer extends HeldContainer {
  readonly index: number | null;
  readonly address: string;
  readonly space: string | null;
  readonly org: string | null;
  /** What the rules of its cell follow from. */
  readonly local?: Pick<ReportedLocal, 'isGiven' | 'workload' | 'published' | 'ownRules'>;
}

/** What a cell said it holds, as the tables keep it. */
export function placementIn(
  { position, storedAtMs: atMs }: ReportPlace,
  { cell, containers, local = [], settings }: ContainersReport,
): PlacementReport {
  const apps = new Map(containers.map((container) => [container.handle, container]));
  const told = new Map(local.map((container) => [container.handle, container]));
  const held = [...new Set([...apps.keys(), ...told.keys()])].map((handle): ToldContainer => {
    const [container, rules] = [apps.get(handle), told.get(handle)];
    const { app = null, address = '', space = null } = container ?? rules ?? {};
    const { index = null, org = null } = container ?? {};
    return { handle, app, index, address, space, org, ...(rules && { local: localPart(rules) }) };
  });
  return { cell, position, atMs, holds: { containers: held, ...(settings && { settings }) } };
}

function localPart({ isGiven, workload, published, ownRules }: ReportedLocal): NonNullable<ToldContainer['local']> {
  return { isGiven, workload, published, ownRules };
}
