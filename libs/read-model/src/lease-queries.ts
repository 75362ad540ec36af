import type { Database } from './database';
import { LeaseEntity } from './entities';
import type { LeaseQueries } from './read-model';

/** The leases that stand, out of the tables. */
export function leaseQueries(database: Database): LeaseQueries {
  return {
    listLeases: () =>
      database.read(async (manager) =>
        (await manager.find(LeaseEntity, { order: { sinceSeq: 'ASC' } })).map((lease) => ({ ...lease })),
      ),
  };
}
