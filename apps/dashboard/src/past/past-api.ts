import type { z } from 'zod';
import type { Api, Requests } from '../api/api';
import { RequestRefused } from '../api/errors';
import { pastLeasesSchema, pastPoliciesSchema, placementsSchema, type Cell } from '../api/schemas';

/** As many as the control plane gives at once. */
const PAGE = 5_000;

/** The part of the API that the panels ask, as it would have answered after a change; of what it does not know it says nothing. */
export function pastApi(api: Api, { read }: Pick<Requests, 'read'>, seq: number): Api {
  async function everyPage<Page extends { next: string | null }>(
    path: string,
    schema: z.ZodType<Page>,
    signal: AbortSignal,
  ): Promise<Page[]> {
    const pages: Page[] = [];
    for (let after: string | null = ''; after !== null;) {
      const query: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
      const page: Page = await read(`${path}?at=${seq}&limit=${PAGE}${query}`, schema, signal);
      pages.push(page);
      after = page.next;
    }
    return pages;
  }
  const placements = async (signal: AbortSignal) => {
    try {
      return (await everyPage('/api/v1/placements', placementsSchema, signal)).flatMap((page) => page.placements);
    } catch (error) {
      // Nobody knows of so early a time.
      if (error instanceof RequestRefused && error.status === 404) return [];
      throw error;
    }
  };
  return {
    ...api,
    policies: async (signal) =>
      (await everyPage('/api/v1/policies', pastPoliciesSchema, signal)).flatMap(({ policies }) => policies),
    async cells(signal) {
      const leases = (await everyPage('/api/v1/leases', pastLeasesSchema, signal)).flatMap((page) => page.leases);
      const cells = new Map<string, Cell>();
      for (const { cell, ...lease } of leases) cells.set(cell, { ...nothingSaid(cell), lease });
      for (const { cell, app, index, ...container } of await placements(signal)) {
        if (app === null) continue;
        const known = cells.get(cell) ?? nothingSaid(cell);
        const containers = [...known.containers, { ...container, app, index: index ?? 0 }];
        cells.set(cell, { ...known, containers });
      }
      return [...cells.values()];
    },
    changes: ({ app, before }, signal) => api.changes({ app, before: Math.min(before ?? Infinity, seq + 1) }, signal),
  };
}

/** How far it had come then, and whether it answered, is not told. */
function nothingSaid(cell: string): Cell {
  const unknown = { lastSeenAt: null, enforcedUpTo: 0, waitingFor: [], lagMs: null, lease: null };
  return { cell, state: 'past', ...unknown, containers: [] };
}
