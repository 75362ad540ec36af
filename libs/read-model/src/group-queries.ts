import type { SecurityRule } from '@heddle/domain';
import { Brackets } from 'typeorm';
import type { Database } from './database';
import { spaceDigest } from './digest';
import { isOneOf } from './dialect';
import { GroupSpaceEntity, SecurityGroupEntity } from './entities';
import type { GroupQueries, StandingGroup } from './read-model';

/** The security groups, out of the tables. */
export function groupQueries(database: Database): GroupQueries {
  return {
    groupsFor: ({ spaces, fromPlace, limit }) =>
      database.read(async (manager) => {
        const query = manager.createQueryBuilder(SecurityGroupEntity, 'held').orderBy('held.place', 'ASC');
        const { sql, parameters } = isOneOf(manager, 'bound.spaceDigest', 'spaces', spaces.map(spaceDigest));
        const bound = query.subQuery().select('bound.place').from(GroupSpaceEntity, 'bound').where(sql).getQuery();
        query.where(
          new Brackets((any) => {
            any.where('held.stagingDefault = :yes OR held.runningDefault = :yes', { yes: true });
            if (spaces.length > 0) any.orWhere(`held.place IN ${bound}`, parameters);
          }),
        );
        if (fromPlace !== undefined) query.andWhere('held.place >= :fromPlace', { fromPlace });
        if (limit !== undefined) query.limit(limit);
        return (await query.getMany()).map(fromEntity);
      }),

    listGroups: () =>
      database.read(async (manager) =>
        (await manager.find(SecurityGroupEntity, { order: { place: 'ASC' } })).map(fromEntity),
      ),
  };
}

function fromEntity({ rules, stagingSpaces, runningSpaces, ...held }: SecurityGroupEntity): StandingGroup {
  return {
    ...held,
    rules: JSON.parse(rules) as SecurityRule[],
    stagingSpaces: JSON.parse(stagingSpaces) as string[],
    runningSpaces: JSON.parse(runningSpaces) as string[],
  };
}
