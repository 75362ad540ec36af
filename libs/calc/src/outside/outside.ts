import type { LocalContainer, PublishedPort, SpaceDocument } from '../inputs';
import type { Reach } from './reach';
import type { Reaches } from './reaches';

/** What of a container is about the world beside the overlay. */
export interface OutwardContainer {
  readonly address: string;
  readonly hostInterface: string;
  /** What its cell denies it, and what every container of its kind may reach. */
  readonly common: Reach;
  /** What it may reach beside that. */
  readonly own: Reach;
  readonly published: readonly PublishedPort[];
}

/** What an agent knows of the world outside. */
export interface OutsideKnowledge {
  /** Documents of spaces; that of all spaces under `null`. */
  readonly spaces: ReadonlyMap<string | null, SpaceDocument>;
  readonly reaches: Reaches;
}

const NOTHING_PUBLISHED: readonly PublishedPort[] = [];

/** What each container may reach outside, and what leads to it from there. Rules that came with a container stand for all groups. */
export function outwardContainers(
  containers: readonly LocalContainer[],
  { spaces, reaches }: OutsideKnowledge,
): OutwardContainer[] {
  return containers.map(({ address, hostInterface, outside }) => {
    const { workload, space, netOut, published } = outside ?? {};
    const kind = workload ?? null;
    const ofSpace = space == null ? undefined : spaces.get(space);
    return {
      ...{ address, hostInterface, published: published ?? NOTHING_PUBLISHED },
      common: reaches.common(netOut ? undefined : spaces.get(null), kind),
      own: netOut ? reaches.ofContainer(netOut) : reaches.ofSpace(ofSpace, kind),
    };
  });
}
