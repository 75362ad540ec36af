import type { GroupRule, SpaceDocument, Workload } from '../inputs';
import type { Range } from './ranges';
import { reachOf, type Reach, type ReachReading } from './reach';

/** Addresses that containers are refused, whatever a security group allows: always, and beside that by what runs in them. */
export interface DeniedNetworks {
  readonly always: readonly Range[];
  readonly running: readonly Range[];
  readonly staging: readonly Range[];
}

/** Two, since what is read of a document is kept with it: of the one for all spaces beside what the cell denies, of the other alone. */
const NO_GROUPS_EVERYWHERE: SpaceDocument = { space: null, rev: 0, groups: [] };
const NO_GROUPS_OF_SPACE: SpaceDocument = { space: '', rev: 0, groups: [] };

/** What security groups let containers reach. A document never changes, so each is read once, and its reach is one object. */
export class Reaches {
  private readonly ofDocument = new WeakMap<SpaceDocument, Map<Workload | null, ReachReading>>();
  private readonly ofRules = new WeakMap<readonly GroupRule[], ReachReading>();

  constructor(private readonly denied: DeniedNetworks) {}

  /**
   * What the cell denies to every container of a kind, and what the groups allow that hold in all spaces.
   * @param workload `null` for a container of no kind, which is allowed nothing
   */
  common(everywhere: SpaceDocument = NO_GROUPS_EVERYWHERE, workload: Workload | null): Reach {
    const denied = [...this.denied.always, ...(workload === null ? [] : this.denied[workload])];
    return this.read(everywhere, workload, denied).reach;
  }

  /** What the groups allow that are bound to a space. */
  ofSpace(document: SpaceDocument = NO_GROUPS_OF_SPACE, workload: Workload | null): Reach {
    return this.read(document, workload, []).reach;
  }

  /** What rules allow that came with a container. */
  ofContainer(rules: readonly GroupRule[]): Reach {
    const reading = this.ofRules.get(rules) ?? reachOf([{ name: 'of the container', rules }]);
    this.ofRules.set(rules, reading);
    return reading.reach;
  }

  /** The rules of these documents that could not be taken, as far as a container was concerned: a sentence each. */
  leftOut(documents: Iterable<SpaceDocument>): string[] {
    const readings = [...documents].flatMap((each) => [...(this.ofDocument.get(each)?.values() ?? [])]);
    return [...new Set(readings.flatMap(({ leftOut }) => leftOut))];
  }

  private read(document: SpaceDocument, workload: Workload | null, denied: readonly Range[]): ReachReading {
    const readings = this.ofDocument.get(document) ?? new Map<Workload | null, ReachReading>();
    this.ofDocument.set(document, readings);
    const bound = document.groups.filter((group) => workload !== null && group[workload]);
    const reading = readings.get(workload) ?? reachOf(bound, denied);
    readings.set(workload, reading);
    return reading;
  }
}
