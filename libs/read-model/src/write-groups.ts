import { spacesOf } from '@heddle/domain';
import type { EntityManager } from 'typeorm';
import type { BatchOutcome, GroupOutcome } from './batch-outcome';
import { spaceDigest } from './digest';
import { isOneOf } from './dialect';
import { GroupSpaceEntity, SecurityGroupEntity } from './entities';
import { deleteRows, insertRows } from './write-rows';

/** Writes what a batch made of the security groups. A group that is written anew keeps its place. */
export async function writeGroups(manager: EntityManager, { groupsToGo, groups }: BatchOutcome): Promise<void> {
  const before = await placesByGuid(manager, [...groupsToGo]);
  await deleteRows(manager, GroupSpaceEntity, 'place', [...before.values()]);
  await deleteRows(manager, SecurityGroupEntity, 'place', [...before.values()]);
  const placed = [...groups.values()].map(({ group, place }) => ({
    group,
    place: place ?? placeBefore(before, group),
  }));
  await insertRows(manager, SecurityGroupEntity, placed.map(toEntity));
  const bindings = placed.flatMap(({ group, place }) =>
    [...spacesOf(group)].map((space) => ({ spaceDigest: spaceDigest(space), place })),
  );
  await insertRows(manager, GroupSpaceEntity, bindings);
}

async function placesByGuid(manager: EntityManager, guids: readonly string[]): Promise<Map<string, number>> {
  if (guids.length === 0) return new Map();
  const { sql, parameters } = isOneOf(manager, 'held.guid', 'guids', guids);
  const held = await manager.createQueryBuilder(SecurityGroupEntity, 'held').where(sql, parameters).getMany();
  return new Map(held.map(({ guid, place }) => [guid, place]));
}

function placeBefore(places: ReadonlyMap<string, number>, { guid }: GroupOutcome['group']): number {
  const place = places.get(guid);
  if (place === undefined) throw new Error(`security group '${guid}' was changed but never added`);
  return place;
}

function toEntity({ group, place }: { group: GroupOutcome['group']; place: number }): SecurityGroupEntity {
  const { guid, name, rules, stagingDefault, runningDefault, stagingSpaces, runningSpaces } = group;
  return {
    ...{ place, guid, name, stagingDefault, runningDefault },
    rules: JSON.stringify(rules),
    stagingSpaces: JSON.stringify(stagingSpaces),
    runningSpaces: JSON.stringify(runningSpaces),
  };
}
