import type { GroupEvent, SecurityGroup } from '@heddle/domain';
import { fromFact, type LogFollower } from '@heddle/event-log';
import type { Logger } from '@heddle/platform';
import type { GroupLedger } from '../core/ledgers';

/** A rule that was left out of its group. */
export interface GroupProblem {
  readonly guid: string;
  readonly name: string;
  /** Its place among the rules as they were sent, from 0. */
  readonly rule: number;
  readonly reason: string;
}

/** Rules of security groups that could not be understood: each is said once when it comes up, and counted while it stands. */
export class GroupProblems {
  private isLive = false;

  constructor(
    follower: LogFollower,
    private readonly groups: GroupLedger,
    private readonly logger: Logger,
  ) {
    follower.subscribe((event) => {
      if (!this.isLive || event.topic !== 'group') return;
      const { added, changed } = fromFact<GroupEvent>(event);
      this.tell([...added, ...changed]);
    });
  }

  /** Says those that stand; after the log was replayed. */
  start(): void {
    this.isLive = true;
    this.tell([...this.groups.state.groups.values()]);
  }

  /** Those that stand, by GUID of their group. */
  list(): GroupProblem[] {
    const groups = [...this.groups.state.groups.values()].sort((a, b) => (a.guid < b.guid ? -1 : 1));
    return problemsOf(groups);
  }

  private tell(groups: readonly SecurityGroup[]): void {
    for (const problem of problemsOf(groups)) {
      this.logger.warn(problem, 'a rule of a security group cannot be understood and allows nothing');
    }
  }
}

function problemsOf(groups: readonly SecurityGroup[]): GroupProblem[] {
  return groups.flatMap(({ guid, name, problems }) => problems.map((problem) => ({ guid, name, ...problem })));
}
