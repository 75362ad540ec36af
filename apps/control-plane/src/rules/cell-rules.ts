import { desiredState, knowledgeUnder, peersOf, Reaches, type HeldContainer } from '@heddle/calc';
import type { CellSettings } from '@heddle/cell-protocol';
import { hostInterfaceOf, renderRules } from '@heddle/dataplane';
import { parseBlock } from '@heddle/domain';
import { inTurns, isoTime } from '@heddle/platform';
import type { Core } from '../core/core';
import type { ToldContainer } from '../core/placement-in';
import { BadRequest } from '../http/problem';
import type { PlacementMoment } from '../placements/placement-moment';
import { appDocumentsAt, leaseDocumentsAt, spaceDocumentsAt } from './documents-at';

/** The rules that a cell should have had. */
export interface CellRules {
  /** What they are made for. */
  readonly dataplane: CellSettings['dataplane'];
  /** What `nft -f` takes, or `iptables-restore --noflush`. */
  readonly rules: string;
  /** What is not known of the moment, and so is left out: a sentence each. */
  readonly notes: readonly string[];
}

const PAGE = 5_000;

/**
 * Works out the rules of a cell by the code of its agent, out of what stood and what the cell had said.
 * @throws {BadRequest} when the cell had said nothing by then, or what it had said does not suffice.
 */
export async function cellRules(core: Core, cell: string, { asOf: { seq }, ms }: PlacementMoment): Promise<CellRules> {
  const { denied, ...options } = await settingsAt(core, cell, ms);
  const told = await containersAt(core, cell, ms);
  const leases = await leaseDocumentsAt(core, seq);
  const own = leases.get(cell)?.peer ?? null;
  const spaces = [...new Set(told.flatMap(({ space }) => space ?? []))];
  const knowledge = knowledgeUnder(own && parseBlock(own.overlaySubnet), {
    containers: told.map(heldContainer),
    apps: await appDocumentsAt(core, [...new Set(told.flatMap(({ app }) => app ?? []))], seq),
    peers: () => peersOf(cell, leases),
    outside: { spaces: await spaceDocumentsAt(core, spaces, seq), reaches: new Reaches(denied) },
  });
  const notes = [...(own ? [] : [`${cell} held no lease: nothing is on the overlay`]), ...told.flatMap(noteOf)];
  const rules = await inTurns(renderRules(desiredState(knowledge), options));
  return { dataplane: options.dataplane, rules, notes };
}

async function settingsAt({ readModel }: Core, cell: string, ms: number): Promise<CellSettings> {
  const [heard] = await readModel.cellsHeardBy<CellSettings>(ms, cell);
  if (!heard)
    throw new BadRequest('cell-unheard', `${cell} had not said by ${isoTime(ms)} what it holds, or had left`, 404);
  if (heard.settings) return heard.settings;
  const why = `${cell} had not said by ${isoTime(ms)} by which settings its rules are made: its agent was of an earlier version`;
  throw new BadRequest('settings-unknown', why, 404);
}

async function containersAt({ readModel }: Core, cell: string, ms: number): Promise<ToldContainer[]> {
  const found: Awaited<ReturnType<typeof readModel.placementsAt<ToldContainer>>> = [];
  for (;;) {
    const page = await readModel.placementsAt<ToldContainer>(ms, { cell }, { after: found.at(-1), limit: PAGE });
    found.push(...page);
    if (page.length < PAGE) return found.map(({ container }) => container);
  }
}

function heldContainer({ handle, app, address, space, local }: ToldContainer): HeldContainer {
  const { isGiven = false, workload = null, published = [], ownRules = 'none' } = local ?? {};
  const outside = { workload, space, published, ...(ownRules !== 'none' && { netOut: [] }) };
  return { handle, app, address, hostInterface: hostInterfaceOf(address), isGiven, outside };
}

function noteOf({ handle, local }: ToldContainer): string[] {
  if (!local) return [`${handle}: what it might reach outside the overlay was not told, and is left out`];
  return local.ownRules === 'untold' ? [`${handle}: the rules that came with it were not told, and are left out`] : [];
}
