import { toSqlText } from './any-text';
import type { Database } from './database';
import { PolicyEntity, TagEntity } from './entities';
import type { PolicyQueries } from './read-model';

/** The current policy set, out of the tables. */
export function policyQueries(database: Database): PolicyQueries {
  const isApp = (column: string, parameter: string, apps: readonly string[]) =>
    database.isOneOf(column, parameter, apps.map(toSqlText));

  return {
    listPolicies: ({ either, sources, destinations } = {}) =>
      database.read(async (manager) => {
        const query = manager.createQueryBuilder(PolicyEntity, 'policy');
        if (either) {
          const source = isApp('policy.source', 'either', either);
          const destination = isApp('policy.destination', 'either', either);
          query.andWhere(`(${source.sql} OR ${destination.sql})`, source.parameters);
        }
        if (sources) {
          const { sql, parameters } = isApp('policy.source', 'sources', sources);
          query.andWhere(sql, parameters);
        }
        if (destinations) {
          const { sql, parameters } = isApp('policy.destination', 'destinations', destinations);
          query.andWhere(sql, parameters);
        }
        const rows = await query.orderBy('policy.addedSeq').addOrderBy('policy.addedIndex').getMany();
        return rows.map(({ source, destination, protocol, start, end }) => ({
          source,
          destination,
          protocol,
          start,
          end,
        }));
      }),

    listTags: () =>
      database.read(async (manager) => (await manager.find(TagEntity, { order: { tag: 'ASC' } })).map(tagOfApp)),

    tagsOf: (apps) =>
      database.read(async (manager) => {
        const { sql, parameters } = isApp('tag.app', 'apps', apps);
        const query = manager.createQueryBuilder(TagEntity, 'tag').where(sql, parameters);
        return (await query.orderBy('tag.tag').getMany()).map(tagOfApp);
      }),
  };
}

function tagOfApp({ app, tag }: TagEntity): { app: string; tag: number } {
  return { app, tag };
}
