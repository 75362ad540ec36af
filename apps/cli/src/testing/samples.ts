import type { Policy } from '../api/effect';
import type { Change, ChangeWithEnforcement, Enforcement } from '../api/schemas';
import type { Page } from '../output/page';
import { withoutColour } from '../output/paint';

/** A policy of the lab. */
export const visitorToHomeowner: Policy = {
  source: 'visitor',
  destination: 'homeowner',
  protocol: 'tcp',
  start: 8080,
  end: 8080,
};

/** A change that adds one policy, unless other members say something else. */
export function change(seq: number, members: Partial<Change> = {}): Change {
  return {
    seq,
    id: `id-${seq}`,
    topic: 'policy',
    type: 'policies-changed.v1',
    time: '2026-11-22T09:41:07.123456Z',
    actor: { name: 'admin' },
    correlationId: `request-${seq}`,
    data: { added: [visitorToHomeowner], removed: [], tagsAllocated: [], tagsReleased: [] },
    previousHash: `hash-${seq - 1}`,
    hash: `hash-${seq}`,
    ...members,
  };
}

/** A change with the receipts of cells: `enforced` after so many ms, or one of the other states. */
export function changeOn(
  seq: number,
  cells: Readonly<Record<string, number | 'waiting' | 'unknown'>>,
): ChangeWithEnforcement {
  const receipts = Object.entries(cells).map(([cell, state]): Enforcement['cells'][number] =>
    typeof state === 'number'
      ? { cell, state: 'enforced', enforcedAt: '2026-11-22T09:41:07.130Z', latencyMs: state, flowsCut: 0 }
      : { cell, state, enforcedAt: null, latencyMs: null, flowsCut: null },
  );
  const latencies = receipts.flatMap(({ latencyMs }) => (latencyMs === null ? [] : [latencyMs]));
  const enforcement: Enforcement = {
    state: latencies.length === receipts.length ? 'in-force' : 'pending',
    cellsConcerned: receipts.length,
    cellsEnforcing: latencies.length,
    slowestMs: latencies.length > 0 ? Math.max(...latencies) : null,
    flowsCut: 0,
    cells: receipts,
  };
  return { ...change(seq), enforcement };
}

/** A page of plain text. */
export const page: Page = {
  width: 100,
  paint: withoutColour,
  now: new Date('2026-11-22T10:00:00Z'),
  timeZone: 'UTC',
};
