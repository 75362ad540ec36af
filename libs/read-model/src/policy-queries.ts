import type { Policy } from '@heddle/domain';
import { fromSqlText } from './any-text';
import type { Database } from './database';
import { PolicyEntity, TagEntity } from './entities';
import type { PolicyQueries } from './read-model';
import { rowsInTurns } from './rows-in-turns';

/** The current policy set, out of the tables. */
export function policyQueries(database: Database): PolicyQueries {
  return {
    listPolicies: () =>
      database.read((manager) => {
        const query = manager
          .createQueryBuilder(PolicyEntity, 'policy')
          .select('policy.source', 'source')
          .addSelect('policy.destination', 'destination')
          .addSelect('policy.protocol', 'protocol')
          .addSelect('policy.start', 'start')
          .addSelect('policy.end', 'end')
          .orderBy('policy.addedSeq')
          .addOrderBy('policy.addedIndex');
        // Rows as they are: to make entities of 60 000 takes ten times as long as to read them.
        return rowsInTurns(query, fromRow);
      }),

    listTags: () =>
      database.read(async (manager) =>
        (await manager.find(TagEntity, { order: { tag: 'ASC' } })).map((row) => ({ ...row })),
      ),
  };
}

function fromRow({ source, destination, protocol, start, end }: Policy): Policy {
  return { source: fromSqlText(source), destination: fromSqlText(destination), protocol, start, end };
}
