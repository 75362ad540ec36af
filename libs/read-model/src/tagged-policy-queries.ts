import type { Policy } from '@heddle/domain';
import { fromSqlText } from './any-text';
import type { Database } from './database';
import { isOneOf } from './dialect';
import { PolicyEntity, TagEntity } from './entities';
import type { TaggedPolicy, TaggedPolicyQueries } from './read-model';
import { rowsInTurns } from './rows-in-turns';

/** The current policy set with the tags of its apps, out of the tables. One statement, so that both are of one moment. */
export function taggedPolicyQueries(database: Database): TaggedPolicyQueries {
  return {
    listTaggedPolicies: (apps) =>
      database.read(async (manager) => {
        const query = manager
          .createQueryBuilder(PolicyEntity, 'policy')
          .innerJoin(TagEntity, 'source', 'source.app = policy.source')
          .innerJoin(TagEntity, 'destination', 'destination.app = policy.destination')
          .select('policy.source', 'source')
          .addSelect('policy.destination', 'destination')
          .addSelect('policy.protocol', 'protocol')
          .addSelect('policy.start', 'start')
          .addSelect('policy.end', 'end')
          .addSelect('source.tag', 'sourceTag')
          .addSelect('destination.tag', 'destinationTag')
          .orderBy('policy.addedSeq')
          .addOrderBy('policy.addedIndex');
        if (apps) {
          const source = isOneOf(manager, 'policy.source', 'apps', apps);
          const destination = isOneOf(manager, 'policy.destination', 'apps', apps);
          query.where(`(${source.sql} OR ${destination.sql})`, source.parameters);
        }
        return (await rowsInTurns<Policy & TagsOfPolicy>(query)).map(fromRow);
      }),
  };
}

type TagsOfPolicy = Pick<TaggedPolicy, 'sourceTag' | 'destinationTag'>;

function fromRow({ source, destination, ...rest }: TaggedPolicy): TaggedPolicy {
  return { source: fromSqlText(source), destination: fromSqlText(destination), ...rest };
}
