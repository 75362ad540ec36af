import type { AppDocument, LeaseDocument, SpaceDocument } from '@heddle/calc';
import { documentOfApp, documentOfLease, spaceDocumentOf } from '@heddle/cell-protocol';
import { groupDecider, policyDecider, type Policy, type PolicyBook } from '@heddle/domain';
import type { Core } from '../core/core';
import { everyStanding } from '../past/every-standing';

type Tables = Pick<Core, 'readModel'>;

const PAGE = 5_000;

/** The documents of some apps as they were after a change: made by what makes those of today, out of what stood then. */
export async function appDocumentsAt(
  core: Tables,
  apps: readonly string[],
  seq: number,
): Promise<Map<string, AppDocument>> {
  const book = await policyBookAt(core, apps, seq);
  return new Map(apps.map((app) => [app, documentOfApp(book, app, seq)]));
}

/** A book with all tags of the moment, and the policies whose destinations are in question. */
async function policyBookAt({ readModel }: Tables, apps: readonly string[], seq: number): Promise<PolicyBook> {
  const tags = await everyStanding({ readModel }, 'tag', seq);
  const added: Policy[] = [];
  const found: Awaited<ReturnType<typeof readModel.policiesAt>> = [];
  do {
    const after = found.at(-1);
    found.splice(0, found.length, ...(await readModel.policiesAt(seq, { destinations: apps }, { after, limit: PAGE })));
    for (const { policy } of found) added.push(policy);
  } while (found.length === PAGE);
  const { initialState, evolve } = policyDecider();
  return evolve(initialState, {
    ...{ type: 'policies-changed', added, removed: [], tagsReleased: [] },
    tagsAllocated: tags.map(({ value }) => value),
  });
}

/** The documents of the leases that stood, by cell. */
export async function leaseDocumentsAt(core: Tables, seq: number): Promise<Map<string, LeaseDocument>> {
  const leases = await everyStanding(core, 'lease', seq);
  return new Map(
    leases.map(({ value: lease, fromSeq }) => [
      lease.cell,
      documentOfLease({ type: 'lease-acquired', lease }, fromSeq),
    ]),
  );
}

/** The documents of some spaces, and that of all spaces under `null`. */
export async function spaceDocumentsAt(
  core: Tables,
  spaces: readonly string[],
  seq: number,
): Promise<Map<string | null, SpaceDocument>> {
  const added = (await everyStanding(core, 'group', seq)).map(({ value }) => value);
  const { initialState, evolve } = groupDecider;
  const book = evolve(initialState, { type: 'groups-changed', added, changed: [], removed: [], asOfMs: null });
  return new Map([null, ...spaces].map((space) => [space, spaceDocumentOf(book, space, seq)]));
}
